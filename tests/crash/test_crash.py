"""A killed publication leaves all or nothing, and of two at one time one wins; without protection neither."""

from pathlib import Path

from tests.crash.__main__ import table, tried


def test_a_killed_publication_is_whole_or_none(small_url: str, tmp_path: Path) -> None:
    told = tried(small_url, tmp_path, kills=12, pairs=5, controls=2)
    assert told["held"], table(told)
    kills = told["kills"]
    assert kills["kills"] == {"inside": 8, "around the commit": 3, "outside": 1}
    assert kills["found"]["old"] >= 9
    assert kills["found"]["new"] >= 1
    assert told["pairs"]["conflicts"] == 5
