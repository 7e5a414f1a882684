"""The race of siting, without the peer: the greedy answer is never better than the exact one."""

import pytest

from geo.bench.sites import AT_ONCE, OURS, PEER, race_sites
from geo.errors import InputError


def test_a_small_race_is_run() -> None:
    told: list[str] = []
    result = race_sites(("20x200x3",), repeats=1, without={PEER}, tell=told.append)
    assert [row["method"] for row in result["rows"]] == [OURS, AT_ONCE]
    assert result["objectives"]["20x200x3"] > 0
    assert len(told) == 2


def test_a_case_is_three_numbers() -> None:
    with pytest.raises(InputError, match="candidates x demand x sites"):
        race_sites(("20x200",), repeats=1, without={PEER}, tell=lambda _: None)
