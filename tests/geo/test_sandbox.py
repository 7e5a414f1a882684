"""The sandbox: what comes out of it is what a reading here would be, and what must not get out does not."""

import hashlib
import json
import signal
import struct
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.contracts import CONTRACTS
from geo.errors import Cancelled, CrsUnknown, FileRefused, InputError, MissingColumn, SystemFailure
from geo.read.door import read_file
from geo.read.formats.drivers import every, shut_out
from geo.read.reader import read_here
from geo.read.sandbox import child, process, walls
from geo.read.sandbox.limits import COMMAND_LINE, WEB
from geo.read.sandbox.parcel import pack, unpack

SMALL = Path(__file__).parents[2] / "data/boundaries/small"
SAMPLES = [
    ("parks.geojson", "parks"),
    ("grids.zip", "grids"),
    ("stations.xlsx", "stations"),
    ("enterprises.xlsx", "enterprises"),
    ("organisations.xlsx", "organisations"),
    ("streets.gpkg", "streets"),
]
SQUARE = {"type": "Polygon", "coordinates": [[[104, 30], [105, 30], [105, 31], [104, 30]]]}

needs_bubblewrap = pytest.mark.skipif(walls.program() is None, reason="bubblewrap does not work here")


def written(path, geometry, **properties):
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return path


def inside(code, tmp_path, *, files=(), limits=WEB):
    """Run code behind the walls, as the child would be, and return what it prints."""
    words = [*walls.inside(walls.program(), files, limits), sys.executable, "-I", "-c", code]
    done = subprocess.run(
        words, cwd=tmp_path, env={"SECRET": "x"}, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or done.stderr.strip()


@pytest.mark.parametrize(("name", "kind"), SAMPLES)
def test_the_child_reads_what_is_read_here(name, kind):
    there, here = read_file(SMALL / name, kind, limits=WEB), read_here(SMALL / name, kind)
    pd.testing.assert_frame_equal(there.frame, here.frame)
    assert there.frame.crs == here.frame.crs
    assert (there.facts, there.refused, there.remarks) == (here.facts, here.refused, here.remarks)


def test_without_walls_it_reads_the_same(monkeypatch):
    monkeypatch.setattr(walls, "program", lambda: None)
    reading = read_file(SMALL / "grids.zip", "grids", limits=WEB)
    pd.testing.assert_frame_equal(reading.frame, read_here(SMALL / "grids.zip", "grids").frame)


def test_a_bare_shapefile_brings_what_lies_beside_it(tmp_path):
    place = shapely.Point(104.06612345678901, 30.572834567890123)
    layer = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[place], crs="EPSG:4490")
    layer.to_file(tmp_path / "点 位.shp", encoding="utf-8")
    reading = read_file(tmp_path / "点 位.shp", "stations")
    assert reading.frame.geometry.iloc[0].equals(place)
    assert (reading.facts.name, reading.frame["name"].tolist()) == ("点 位.shp", ["甲"])


def test_errors_come_out_as_they_are(tmp_path):
    path = written(tmp_path / "a.geojson", SQUARE, name="甲")
    assert len(read_file(path, "grids").frame) == 1
    with pytest.raises(CrsUnknown, match="Xian 80") as unknown:
        read_file(path, "grids", crs="西安80")
    assert unknown.value.details["system"] == "Xian 80"
    (tmp_path / "a.csv").write_text("甲,乙\n1,2\n", "utf-8")
    with pytest.raises(MissingColumn) as missing:
        read_file(tmp_path / "a.csv", "organisations")
    told = missing.value.details
    assert (told["kind"], told["reason"]) == ("organisations", "no-headers")
    with pytest.raises(InputError, match="no kind"):
        read_file(path, "houses")
    with pytest.raises(FileRefused, match="no file"):
        read_file(tmp_path / "b.csv", "grids")


def test_progress_comes_out(tmp_path):
    told = []
    path = written(tmp_path / "a.geojson", SQUARE, name="甲")
    read_file(path, "grids", on_progress=lambda *one: told.append(one))
    assert [fraction for fraction, _ in told] == [0.0, 0.1, 0.5, 1.0]
    assert told[0][1] == "Looking at a.geojson"


def test_whoever_stops_a_reading_ends_its_child(monkeypatch, tmp_path):
    children, running = [], process._running

    @contextmanager
    def seen(*words):
        with running(*words) as one:
            children.append(one)
            yield one

    def stop(fraction, message):
        raise Cancelled(message)

    line = f'{child.PROGRESS.decode()}[0.1, "so far"]'
    code = f"import time; print({line!r}, flush=True); time.sleep(60)"
    monkeypatch.setattr(walls, "program", lambda: None)
    monkeypatch.setattr(process, "_CHILD", (sys.executable, "-c", code))
    monkeypatch.setattr(process, "_running", seen)
    with pytest.raises(Cancelled, match="so far"):
        read_file(written(tmp_path / "a.geojson", SQUARE), "grids", on_progress=stop)
    assert [one.returncode for one in children] == [-signal.SIGKILL]


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (replace(WEB, time_s=0), "within 0 s;"),
        (replace(WEB, cpu_s=0), "within 0 s of the processor;"),
        (replace(WEB, memory_bytes=120_000_000), "cannot be read"),
    ],
)
def test_limits_end_in_a_sentence(tmp_path, limits, sentence):
    path = written(tmp_path / "a.geojson", SQUARE, name="甲")
    with pytest.raises(FileRefused) as refused:
        read_file(path, "grids", limits=limits)
    assert sentence in refused.value.message
    assert refused.value.details["reason"] in ("over-limit", "broke-off")


def test_a_copy_that_finds_no_room_is_refused_with_the_limit(tmp_path):
    (tmp_path / "a.kml").write_bytes(b"<kml>" + b"<!-- x -->" * 300_000 + b"</kml>")
    with pytest.raises(FileRefused, match="within 1 MB that may be unpacked and copied") as refused:
        read_file(tmp_path / "a.kml", "stations", limits=replace(WEB, written_bytes=1_000_000))
    assert refused.value.details["reason"] == "over-limit"


def test_memory_is_bounded(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,lon,lat\n" + b"a,1,1\n" * 900_000)
    with pytest.raises(FileRefused, match=r"within 1 GB of memory|cannot be read"):
        read_file(path, "stations", limits=replace(COMMAND_LINE, memory_bytes=600_000_000))


@needs_bubblewrap
def test_behind_the_walls_there_is_nothing(tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("secret", "utf-8")
    assert inside("import os; print(sorted(os.environ))", tmp_path) == str(
        sorted({*walls.ENVIRONMENT, "PWD"})
    )
    assert "No such file" in inside(f"print(open({str(canary)!r}).read())", tmp_path)
    assert inside(f"print(open('{walls.ROOM}/canary').read())", tmp_path, files=[canary]) == "secret"
    assert "Read-only" in inside(f"open('{walls.ROOM}/canary', 'w')", tmp_path, files=[canary])
    address = "import socket; socket.create_connection(('127.0.0.1', 1), 2)"
    assert "Error" in inside(address, tmp_path)
    assert (
        inside("import os; print(os.path.exists('/proc'), os.path.exists('/root/.ssh'))", tmp_path)
        == "False False"
    )
    assert inside("import os; print(os.getpid())", tmp_path) in ("1", "2")
    assert canary.read_text("utf-8") == "secret"


@pytest.mark.parametrize("found", ["geopackage", "shapefile"])
def test_one_driver_is_left(found):
    code = (
        "import sys, json; from geo.read.formats.drivers import every, shut_out\n"
        f"shut_out(json.loads(sys.argv[1]), {found!r}); print(' '.join(every()))"
    )
    words = [sys.executable, "-c", code, json.dumps(every())]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == {"geopackage": "GPKG MEM", "shapefile": "ESRI Shapefile MEM"}[found]


def test_drivers_are_not_shut_out_too_late():
    assert "pyogrio" in sys.modules or every()
    with pytest.raises(SystemFailure, match="loaded before"):
        shut_out(every(), "shapefile")


def parcel(kind="grids", name="grids.zip"):
    return pack(read_here(SMALL / name, kind))


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -9])
def test_a_parcel_that_is_cut_is_none(cut):
    with pytest.raises(ValueError, match=r"parcel|Expecting|Unterminated|buffer"):
        unpack(parcel()[:cut], CONTRACTS["grids"])


def packed(wkb):
    head = {
        "rows": [1],
        "facts": {"name": "", "format": "", "sha256": "", "crs": "", "encoding": None, "columns": {}},
        "refused": [],
        "remarks": [],
        "columns": {name: [None] for name in CONTRACTS["parks"].names},
    }
    head["facts"] |= {"ignored": [], "layer": None, "entry": None}
    return json.dumps(head).encode() + b"\n" + struct.pack("<I", len(wkb)) + wkb


def test_shapes_in_a_parcel_are_measured_before_they_are_read():
    box = shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])
    assert unpack(packed(box.wkb), CONTRACTS["parks"]).frame.geometry.iloc[0].equals(box)
    deep = struct.pack("<BII", 1, 6, 1) * 100_000
    for wkb in (
        deep,
        box.wkb[:-1],
        box.wkb + b"x",
        shapely.Point(0, 0).wkb,
        struct.pack("<BII", 1, 6, 2**32 - 1),
        # GEOS ends the process where it compares a polygon that has a ring without a vertex.
        shapely.from_wkt("MULTIPOLYGON (((0 0, 0 1, 1 1, 0 0), EMPTY))").wkb,
    ):
        with pytest.raises(ValueError, match="parcel"):
            unpack(packed(wkb), CONTRACTS["parks"])


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nothing",
        b"parcel\n",
        b"parcel\n{}",
        b"error\n{}",
        b"error\n[1]",
        b'error\n{"class": "SystemExit", "message": "x", "details": {}}',
        b"progress x\nparcel\n" + b"[" * 100_000,
        b"error\n" + b"[" * 100_000,
    ],
)
def test_whatever_the_child_says_ends_in_a_sentence(monkeypatch, tmp_path, answer):
    (tmp_path / "answer").write_bytes(answer)
    code = f"import sys; sys.stdout.buffer.write(open({str(tmp_path / 'answer')!r}, 'rb').read())"
    monkeypatch.setattr(walls, "program", lambda: None)
    monkeypatch.setattr(process, "_CHILD", (sys.executable, "-c", code))
    with pytest.raises(FileRefused, match="broke off"):
        read_file(written(tmp_path / "a.geojson", SQUARE), "grids")


def test_a_child_that_floods_or_crashes_is_ended(monkeypatch, tmp_path):
    path = written(tmp_path / "a.geojson", SQUARE)
    monkeypatch.setattr(walls, "program", lambda: None)
    flood = "import os\nwhile True: os.write(1, b'x' * 65536)"
    crash = f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})"
    for code in (flood, crash):
        monkeypatch.setattr(process, "_CHILD", (sys.executable, "-c", code))
        with pytest.raises(FileRefused, match="broke off"):
            read_file(path, "grids", limits=replace(WEB, answer_bytes=10_000_000))


def test_the_file_is_known_by_our_own_sum(tmp_path):
    path = written(tmp_path / "a.geojson", SQUARE, name="甲")
    assert read_file(path, "grids").facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
