"""Readers never see a mix of two releases: an answer is of the release of its stamp and of no other."""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from clients import client_of
from districts import cloned, opened, point, square
from httpx import Client
from publications import ZONE, publish, restore
from sqlalchemy import Engine

from geo.workflows.figures import drawing, grid, lists
from geo.workflows.figures.lists import Filter
from geo.workflows.figures.status import status
from geo.workflows.ground.district import Stamp
from geo.workflows.publication.report import Terms
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import cover, describe, rows_by_grid
from geo.workflows.resident import Resident

DAY = date(2026, 7, 1)
DISC = Question(minutes=15, method="disc")
COUNTED = ZONE.counting
LEFT, RIGHT = ({"source_id": n, "code": f"000{n}"} for n in "12")


@pytest.fixture(scope="module")
def twice_url(template_url: str) -> Iterator[str]:
    """A park; then one grid with a chief; then three grids, of which two overlap, and another chief."""
    with cloned(template_url) as url:
        with opened(url) as engine:
            places = [(point(x + 0.5, 0.5), {"source_id": f"e{x}", "name": f"e{x}"}) for x in range(4)]
            publish(engine, places, kind="enterprises")
            stations = [(point(x + 0.5, 0.2), {"source_id": f"s{x}", "kind": "station"}) for x in range(3)]
            publish(engine, stations, kind="stations")
            publish(engine, [(square(0, 0), {"source_id": "p", "code": "P"})], kind="parks")
            publish(engine, [(square(0, 0), LEFT | {"chief": "甲"})])
            organised = [(None, {"source_id": "o", "name": "o", "grid_codes": ["0001"]})]
            publish(engine, organised, kind="organisations")
            change(engine)
        yield url


def change(engine: Engine) -> None:
    rows = [
        (square(0, 0, 3), LEFT | {"code": "0009", "chief": "乙"}),
        (square(1, 0, 1), RIGHT),
        (square(3, 0, 1), {"source_id": "3", "code": "0003"}),
    ]
    publish(engine, rows, since=DAY)


ANSWERS: dict[str, Callable[[Resident, Stamp], Any]] = {
    "status": status,
    "enterprises": lambda r, w: lists.enterprises(r, w, DISC, Filter()),
    "grids": lambda r, w: lists.grids(r, w, DISC),
    "stations": lists.stations,
    "organisations": lists.organisations,
    "grid": lambda r, w: grid.describe(r, w, DISC, COUNTED, first(r, w)),
    "members": lambda r, w: without_receipts(grid.members(r, w, DISC, COUNTED, Filter(grid=first(r, w)))),
    "coverage": lambda r, w: without_moment(describe(r, cover(r, w, DISC))),
    "coverage by grid": lambda r, w: rows_by_grid(cover(r, w, DISC)),
    "layer of grids": lambda r, w: drawing.grids(r, w, COUNTED),
    "layer of parks": drawing.parks,
    "layer of stations": drawing.stations,
    "tile": lambda r, w: drawing.enterprise_tile(r, w, (14, 12925, 6733)),
}


def first(resident: Resident, wanted: Stamp) -> str:
    """The code that the first grid has."""
    return str(resident.district(wanted).grids.set_index("source_id").loc["1", "code"])


def without_receipts(answer: dict[str, Any]) -> dict[str, Any]:
    """Receipts are those of the newest release; an older one has none."""
    for row in answer["rows"]:
        row.pop("receipt")
    return answer


def without_moment(answer: dict[str, Any]) -> dict[str, Any]:
    answer["stamp"].pop("computed_at")
    return answer


@pytest.mark.parametrize("way", ["published", "restored"])
def test_what_is_published_after_the_stamp_is_not_in_the_answer(twice_url: str, way: str) -> None:
    with cloned(twice_url) as url, opened(url) as engine:
        wanted = Resident(engine, ZONE).stamp(on=DAY)
        before = {name: ask(Resident(engine, ZONE), wanted) for name, ask in ANSWERS.items()}
        if way == "restored":
            restore(engine, 2)
        else:
            narrower = [(square(0, 0, 1), LEFT | {"code": "0008", "chief": "丙"})]
            publish(engine, narrower, since=DAY, terms=Terms(retire=("0003",)))
        newest = Resident(engine, ZONE).stamp(on=DAY)
        assert (wanted.release, newest.release) == (3, 4)
        for name, ask in ANSWERS.items():
            assert ask(Resident(engine, ZONE), wanted) == before[name], name
        unchanged = {"layer of parks"}
        told = {name for name, ask in ANSWERS.items() if ask(Resident(engine, ZONE), newest) == before[name]}
        assert told <= unchanged, "the change would not be seen in these"


def test_readers_beside_publications(twice_url: str) -> None:
    """Requests to the service as it is served, while one state follows the other without a rest."""
    done = threading.Event()
    at = {"on": DAY.isoformat()}
    with cloned(twice_url) as url, client_of(url, profile="default") as client:

        def publications() -> None:
            with opened(url) as engine:
                while not done.is_set():
                    restore(engine, int(Resident(engine, ZONE).stamp().release or 0) - 1)

        thread = threading.Thread(target=publications)
        thread.start()
        try:
            seen = {looked_at(client, at) for _ in range(8)}
        finally:
            done.set()
            thread.join()
    assert len(seen) > 3
    assert {release % 2 for release in seen} == {0, 1}


def looked_at(client: Client, at: dict[str, str]) -> int:
    """Look at several answers, and return the release of the first."""
    figures = client.get("/api/v1/status", params=at).json()
    # The odd releases have three grids and the even ones one; the first of all were parks.
    wide = figures["release"] % 2 == 1
    told = [figures["grids"], *(figures["enterprises"][name] for name in ("unassigned", "ambiguous"))]
    assert told == ([3, 0, 1] if wide else [1, 3, 0]), figures["release"]
    grids = client.get("/api/v1/grids", params=at).json()["rows"]
    counts = {row["code"]: row["enterprises"] for row in grids}
    assert counts in ({"0001": 1}, {"0002": 1, "0003": 1, "0009": 2})
    for code, one in (("0001", ("甲", 1, 1)), ("0009", ("乙", 2, 2))):
        answer = client.get(f"/api/v1/grids/{code}", params=at)
        if answer.status_code == 200:
            found = answer.json()
            assert (found["chief"], found["enterprises"]["total"], len(found["stations"])) == one
    return int(figures["release"])
