"""The shelf: what is taken from it is what was kept, and nothing damaged is believed."""

import logging

import numpy as np
import pytest

from geo.bench.terrain import partition, places
from geo.index import partition as making
from geo.index.location import locate
from geo.index.partition import partition_index
from geo.index.renewal import renewed
from geo.index.shelf import Shelf

GRIDS = partition(30)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "index", "12")


@pytest.fixture
def kept(shelf):
    """The file with the index of the grids."""
    partition_index(GRIDS, shelf=shelf)
    (path,) = shelf.folder.iterdir()
    return path


@pytest.fixture
def made(monkeypatch):
    """How often blocks were made."""
    times = []
    blocks_of = making.blocks_of
    monkeypatch.setattr(making, "blocks_of", lambda *given: times.append(1) or blocks_of(*given))
    return times


def assert_answers(index):
    x, y = places(2_000, GRIDS)
    np.testing.assert_array_equal(locate(index, x, y).first, locate(partition_index(GRIDS), x, y).first)


def test_what_is_taken_is_what_was_kept(shelf, kept, made):
    assert kept.name.startswith("12-")
    assert kept.stat().st_mode & 0o777 == 0o600
    taken = partition_index(GRIDS, shelf=Shelf(shelf.folder, "13"))
    assert not made
    fresh = partition_index(GRIDS)
    for of in ("shape", "blocks"):
        for name, array in vars(getattr(fresh, of)).items():
            np.testing.assert_array_equal(getattr(getattr(taken, of), name), array, err_msg=name)
    assert_answers(taken)
    assert [*shelf.folder.iterdir()] == [kept]


def test_other_grids_or_cells_are_another_file(shelf, kept, made):
    partition_index(GRIDS[::-1], shelf=shelf)
    partition_index(GRIDS, cells_for_a_polygon=64, shelf=shelf)
    assert len(made) == 2
    assert len([*shelf.folder.iterdir()]) == 3


@pytest.mark.parametrize("place", [0, 100, 4096, 20_000, -1])
def test_a_changed_byte_is_seen(shelf, kept, made, caplog, place):
    data = bytearray(kept.read_bytes())
    # The last bytes only fill up to a multiple of 64.
    place = place if place >= 0 else data.rindex(next(byte for byte in reversed(data) if byte))
    data[place] ^= 4
    kept.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert_answers(partition_index(GRIDS, shelf=shelf))
    assert made
    assert "made anew" in caplog.text


@pytest.mark.parametrize("size", [0, 10, 5_000])
def test_a_part_of_a_file_is_made_anew(shelf, kept, made, size):
    kept.write_bytes(kept.read_bytes()[:size])
    assert_answers(partition_index(GRIDS, shelf=shelf))
    assert made
    made.clear()
    partition_index(GRIDS, shelf=shelf)
    assert not made


def test_what_is_shared_is_not_changed_by_a_renewal(shelf, kept):
    before = kept.read_bytes()
    index = partition_index(GRIDS, shelf=shelf)
    assert renewed(index, np.array([14]), GRIDS[[14]]) is not None
    index.blocks.label[:] = 0
    assert kept.read_bytes() == before


def test_only_the_latest_stay(shelf):
    for cells in range(8, 20):
        partition_index(GRIDS, cells_for_a_polygon=cells, shelf=shelf)
    assert len([*shelf.folder.iterdir()]) == 8


def test_a_folder_that_cannot_be_written_is_told_and_no_more(tmp_path, caplog):
    (tmp_path / "index").write_text("no folder")
    with caplog.at_level(logging.WARNING):
        assert_answers(partition_index(GRIDS, shelf=Shelf(tmp_path / "index")))
    assert "could not be kept" in caplog.text
