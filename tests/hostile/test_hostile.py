"""Hostile files: none gets out, none brings the service down; and the canary sings where nothing protects."""

from pathlib import Path

import pyogrio
import pytest

from geo.errors import InputError
from geo.read.door import read_file
from geo.read.reader import read_here
from geo.read.sandbox import walls
from geo.read.sandbox.limits import WEB
from tests.hostile.__main__ import corpus, made
from tests.hostile.attacks import attacks, vrt
from tests.hostile.canary import TOKEN, singing
from tests.hostile.trial import UNFORESEEN, mutants, tried

SHARED = Path(__file__).parents[3] / "shared/data/files"


@pytest.fixture
def canary(tmp_path):
    with singing(tmp_path) as one:
        yield one


def test_without_protection_the_canary_is_reached(canary, tmp_path):
    (tmp_path / "a.csv").write_bytes(vrt(str(canary.secret)))
    assert TOKEN in str(pyogrio.read_dataframe(tmp_path / "a.csv"))
    (tmp_path / "b.kml").write_bytes(vrt(f"/vsicurl/{canary.address}/a.geojson"))
    pyogrio.read_dataframe(tmp_path / "b.kml")
    assert canary.asked


def test_good_files_load(canary):
    reading = read_file(canary.secret, "stations", limits=WEB)
    assert reading.frame["name"].tolist() == [TOKEN]


@pytest.mark.parametrize("protected", [True, False], ids=["walls", "limits alone"])
def test_no_attack_gets_out(canary, tmp_path, monkeypatch, protected):
    if not protected:
        monkeypatch.setattr(walls, "program", lambda: None)
    endings = (".vrt", ".kml", ".zip") if protected else (".csv",)
    files = attacks(canary.secret, canary.address, endings=endings)
    report = tried(files, _folder(tmp_path), asked=canary.asked)
    assert report.files == len(files)
    assert report.held, report
    assert not report.outcomes["read"], report


def test_what_the_corpus_lacks_is_read_as_it_is_made(tmp_path):
    text, text_zip, streets, streets_zip = made(tmp_path)
    for path in (text, text_zip):
        assert len(read_here(path, "enterprises").frame) == 9
    for path in (streets, streets_zip):
        assert read_here(path, "base").frame["name"].tolist() == ["示例铁路"]


def test_mutants_are_read_or_refused(canary, tmp_path):
    files = mutants(corpus(tmp_path), n=200, seed=1)
    report = tried(files, _folder(tmp_path), asked=canary.asked, seconds=20)
    assert report.held, report
    assert report.files > 10


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is absent")
@pytest.mark.parametrize("folder", ["dxf", "flatgeobuf", "gml", "gpkg", "kml", "mitab"])
def test_every_file_of_others_ends_in_a_frame_or_a_sentence(folder):
    for path in sorted((SHARED / folder).iterdir()):
        said = _said(path)
        assert said is None or (
            said.message.endswith(".") and said.details.get("reason") not in UNFORESEEN
        ), path.name


def _said(path):
    """Return the refusal of a file, or None where it is a frame."""
    try:
        read_file(path, "base", crs="EPSG:4326", limits=WEB)
    except InputError as error:
        return error
    return None


def _folder(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    return folder
