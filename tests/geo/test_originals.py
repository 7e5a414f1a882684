"""Originals are kept whole, once, and under the sum of their bytes."""

import hashlib
import io

import pytest

from geo.store.originals import keep, place


def test_a_file_is_kept_under_its_sum(tmp_path):
    body = b"abc" * 1_000_000
    kept = keep(tmp_path, io.BytesIO(body))
    sha256 = hashlib.sha256(body).hexdigest()
    assert kept == place(tmp_path, sha256) == tmp_path / "uploads" / sha256[:2] / sha256
    assert kept.read_bytes() == body


def test_the_same_bytes_are_kept_once(tmp_path):
    assert keep(tmp_path, io.BytesIO(b"x")) == keep(tmp_path, io.BytesIO(b"x"))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_what_is_cut_off_leaves_nothing(tmp_path):
    class Torn(io.BytesIO):
        def read(self, size=-1):
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        keep(tmp_path, Torn(b"x"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
