"""Attacks: files that would open other files, ask for addresses, or use up the machine."""

import io
import json
import stat
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ENDINGS = (
    ".vrt",
    ".geojson",
    ".csv",
    ".kml",
    ".gml",
    ".gpkg",
    ".shp",
    ".zip",
    ".dxf",
    ".mif",
    ".fgb",
    ".xlsx",
    ".tab",
    ".txt",
    ".pbf",
)
SINGLE = (".geojson", ".csv", ".kml", ".gpkg", ".dxf", ".fgb", ".xlsx", ".txt", ".pbf")
"""Endings of files that are read from a zip alone."""
SQUARE = {"type": "Polygon", "coordinates": [[[104, 30], [105, 30], [105, 31], [104, 30]]]}


@dataclass(frozen=True)
class Attack:
    """A file to be read, by its name and bytes."""

    name: str
    body: bytes


def vrt(source: str) -> bytes:
    """A virtual layer: the plainest way from one file to another, or to an address."""
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="{Path(source).stem}"><SrcDataSource>{source}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    ).encode()


def attacks(secret: Path, address: str, *, endings: tuple[str, ...] = ENDINGS) -> list[Attack]:
    """Return one file for each known way; none of them may load, or touch the secret or the address."""
    return [*virtual(secret, address, endings), *links(secret, address), *zips(secret), *floods()]


def virtual(secret: Path, address: str, endings: tuple[str, ...]) -> list[Attack]:
    """Virtual formats under every ending, bare and in a zip."""
    bodies = {
        "vrt-file": vrt(str(secret)),
        "vrt-curl": vrt(f"/vsicurl/{address}/a.geojson"),
        "gdalg": json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": f"gdal vector pipeline ! read /vsicurl/{address}/b.geojson",
            }
        ).encode(),
        "wfs": f"<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>".encode(),
        "gml-schema": (
            f'<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" xmlns:xsi='
            f'"http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x {address}/x.xsd"/>'
        ).encode(),
        "xml-entity": (
            f'<!DOCTYPE kml [<!ENTITY x SYSTEM "file://{secret}">]><kml><Placemark><name>&x;</name>'
            "<Point><coordinates>104,30</coordinates></Point></Placemark></kml>"
        ).encode(),
    }
    bare = [Attack(f"{name}{ending}", body) for name, body in bodies.items() for ending in endings]
    packed = [
        Attack(f"{name}-in.zip", packed_as({"a.vrt": body, "a.shp": body})) for name, body in bodies.items()
    ]
    singles = [
        Attack(f"{name}-as{ending}.zip", packed_as({f"a{ending}": body}))
        for name, body in bodies.items()
        for ending in endings
        if ending in SINGLE
    ]
    return bare + packed + singles


def links(secret: Path, address: str) -> list[Attack]:
    """A coordinate system that is a link."""
    feature = {"type": "Feature", "properties": {"name": "甲"}, "geometry": SQUARE}
    linked = [{"href": f"{address}/crs", "type": "proj4"}, {"href": f"file://{secret}", "type": "esriwkt"}]
    return [
        Attack(f"crs-{i}.geojson", collection([feature], crs={"type": "link", "properties": link}))
        for i, link in enumerate(linked)
    ]


def zips(secret: Path) -> list[Attack]:
    """Bombs, ways out, links, archives in archives, too many entries."""
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as archive:
        archive.writestr(link, str(secret))
    slips = ["../../a.shp", "/tmp/a.shp", "..\\a.shp", "C:\\a.shp"]  # noqa: S108
    return [
        *bombs(),
        *(Attack(f"slip-{i}.zip", packed_as({name: b"x"})) for i, name in enumerate(slips)),
        Attack("link.zip", linked.getvalue()),
        Attack("slip-single.zip", packed_as({"../../a.geojson": b"{}"})),
        Attack("slip-text.zip", packed_as({"../a.txt": b"name\nx\n"})),
        Attack("nested-named.zip", packed_as({"a.geojson": packed_as({"b.geojson": collection([])})})),
        Attack("nested-text.zip", packed_as({"a.txt": packed_as({"b.geojson": collection([])})})),
        Attack("texts.zip", packed_as({f"{i}.txt": b"name\nx\n" for i in range(150)})),
        Attack("entries.zip", packed_as({f"{i}.shp": b"" for i in range(60_000)})),
        Attack("singles.zip", packed_as({f"{i}.geojson": b"" for i in range(10_000)})),
    ]


@cache
def bombs() -> tuple[Attack, ...]:
    """Small files that unpack to large ones, packed once: that takes longer than to have them refused."""
    bomb = packed_as({"a.shp": bytes(200_000_000)})
    sheet = {"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(300_000_000)}
    streets = swollen()
    return (
        Attack("bomb.zip", bomb),
        Attack("bomb.kmz", packed_as({"doc.kml": bytes(200_000_000)})),
        Attack("bomb.xlsx", packed_as(sheet)),
        Attack("bomb.osm.pbf", streets),
        Attack("bomb-single.zip", packed_as({"a.geojson": bytes(200_000_000)})),
        Attack("bomb-text.zip", packed_as({"a.txt": bytes(200_000_000)})),
        Attack("bomb-within.zip", packed_as({"a.xlsx": packed_as({"xl/workbook.xml": bytes(300_000_000)})})),
        Attack("bomb-within-pbf.zip", packed_as({"a.osm.pbf": streets})),
        Attack("nested.zip", packed_as({"a.zip": bomb, "a.shp": b"x"})),
        Attack("nested-single.zip", packed_as({"a.zip": bomb, "a.geojson": collection([])})),
        Attack("nested-pbf.zip", packed_as({"a.pbf": packed_as({"b.osm.pbf": streets})})),
    )


def swollen() -> bytes:
    """An extract of OpenStreetMap whose one block unpacks to 300 MB, as it also says."""
    packed = zlib.compress(bytes(300_000_000))
    block = b"\x10" + _varint(300_000_000) + b"\x1a" + _varint(len(packed)) + packed
    header = b"\x0a\x09OSMHeader\x18" + _varint(len(block))
    return len(header).to_bytes(4, "big") + header + block


def _varint(number: int) -> bytes:
    digits = []
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*digits, number])


def floods() -> list[Attack]:
    """More fields and levels than anybody needs."""
    wide = ",".join(f"f{i}" for i in range(200_000))
    fields = {"type": "Feature", "properties": {f"f{i}": i for i in range(200_000)}, "geometry": SQUARE}
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    return [
        Attack("fields.csv", f"name,{wide}\n甲\n".encode()),
        Attack("fields.geojson", collection([fields])),
        Attack("deep.geojson", b'{"type":' + b"[" * 5_000_000),
        Attack(
            "deep-crs.geojson", b'{"type": "FeatureCollection", "features": [], "crs": ' + b'{"a":' * 500_000
        ),
        Attack(
            "laughs.kml", f'<!DOCTYPE kml [<!ENTITY l0 "ha">{laughs}]><kml><name>&l11;</name></kml>'.encode()
        ),
    ]


def packed_as(members: dict[str, bytes]) -> bytes:
    """Return a zip of members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return stream.getvalue()


def collection(features: list[dict], **members: object) -> bytes:
    """Return GeoJSON."""
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()
