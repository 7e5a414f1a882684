"""Loads of small files by the default profile, and what stands in the tables afterwards."""

from collections.abc import Callable

from districts import square
from publications import ask
from sqlalchemy import Engine

from geo.profile import load_profile
from geo.workflows.publication.report import LoadReport

ZONE = load_profile("default")


Load = Callable[..., LoadReport]


def codes(engine: Engine) -> dict[str, str]:
    query = (
        "select g.source_id, v.code from grid_version as v join grid as g on g.id = v.grid_id"
        " where v.to_release is null order by 1"
    )
    return dict(ask(engine, query))


ROW_OF_THREE = [
    (square(0, 0), {"id": "a", "code": "0001"}),
    (square(1, 0), {"id": "b", "code": "0002"}),
    (square(2, 0), {"id": "c", "code": "0003"}),
]
