"""The measurement of a moved border: that GeoPandas finds the same, and that nothing is left behind."""

import pytest
from districts import cloned, opened

from geo.bench.peers import OURS
from geo.bench.redraw import GEOPANDAS, PUBLICATION, measure_comparison, measure_redrawing
from geo.profile import load_profile
from geo.store import releases
from geo.store.engine import reading

pytestmark = pytest.mark.usefixtures("quick_reading")


def test_a_moved_border_is_measured_and_taken_back(small_url: str) -> None:
    told: list[str] = []
    with cloned(small_url) as url, opened(url) as engine:
        with reading(engine) as connection:
            before = releases.current(connection)
        result = measure_redrawing(engine, load_profile("demo"), repeats=2, tell=told.append)
        with reading(engine) as connection:
            assert releases.current(connection) == before
    assert [(row["method"], row["repeats"]) for row in result["rows"]] == [
        (name, 2) for name in (OURS, GEOPANDAS, PUBLICATION)
    ]
    assert result["moving"] > 0
    assert next(iter(result["ratios"].values())) > 0
    assert len(told) == 3


def test_a_comparison_is_measured() -> None:
    (row,) = measure_comparison(100, repeats=1, tell=print)["rows"]
    assert (row["case"], row["method"]) == ("100, compared", OURS)
