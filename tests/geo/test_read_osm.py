import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

from geo.errors import FileRefused
from geo.read.columns import roads
from geo.read.reader import read_here as read_file

SQUARE = (1, 2, 3, 4, 1)


def extract(tmp_path, *ways, relations=()):
    """Write a PBF of a square of four nodes, degrees 7.0–7.1 and 43.0–43.1, and of ways over them."""
    path = tmp_path / "a.osm.pbf"
    corners = [(7.0, 43.0), (7.1, 43.0), (7.1, 43.1), (7.0, 43.1)]
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in enumerate(corners, start=1):
            writer.add_node(Node(id=number, location=place))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=list(nodes), tags=tags))
        for relation in relations:
            writer.add_relation(relation)
    return path


def street(tmp_path, **tags):
    path = extract(tmp_path, ((1, 2), {key.replace("__", ":"): v for key, v in tags.items()}))
    frame = read_file(path, "streets").frame
    return frame.iloc[0] if len(frame) else None


@pytest.mark.parametrize(
    ("tags", "walk", "ebike", "drive"),
    [
        ({"highway": "residential"}, "yes", "yes", "yes"),
        ({"highway": "motorway"}, "no", "no", "yes"),
        ({"highway": "trunk"}, "no", "no", "yes"),
        ({"highway": "trunk", "foot": "yes"}, "yes", "no", "yes"),
        ({"highway": "motorway", "access": "yes"}, "no", "no", "yes"),
        ({"highway": "primary_link"}, "yes", "yes", "yes"),
        ({"highway": "footway"}, "yes", "no", "no"),
        ({"highway": "footway", "bicycle": "designated"}, "yes", "yes", "no"),
        ({"highway": "steps"}, "yes", "no", "no"),
        ({"highway": "cycleway"}, "no", "yes", "no"),
        ({"highway": "service", "access": "private", "foot": "permissive"}, "yes", "no", "no"),
        ({"highway": "residential", "motor_vehicle": "no"}, "yes", "yes", "no"),
        ({"highway": "residential", "vehicle": "no", "bicycle": "yes"}, "yes", "yes", "no"),
        ({"highway": "residential", "sidewalk": "separate"}, "yes", "yes", "yes"),
        ({"highway": "residential", "access": "destination"}, "yes", "yes", "yes"),
        ({"highway": "residential", "foot": "nonsense"}, "yes", "yes", "yes"),
    ],
)
def test_access(tmp_path, tags, walk, ebike, drive):
    row = street(tmp_path, **tags)
    assert (row["walk"], row["ebike"], row["drive"]) == (walk, ebike, drive)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "service", "access": "private"},
        {"highway": "construction"},
        {"highway": "proposed"},
        {"highway": "raceway"},
    ],
)
def test_what_nobody_may_use_is_no_street(tmp_path, tags):
    assert street(tmp_path, **tags) is None


@pytest.mark.parametrize(
    ("tags", "oneway", "layer"),
    [
        ({}, "no", 0),
        ({"oneway": "yes", "bridge": "yes"}, "forward", 1),
        ({"oneway": "-1", "tunnel": "yes"}, "backward", -1),
        ({"oneway": "reversible", "tunnel": "building_passage"}, "no", 0),
        ({"junction": "roundabout", "bridge": "yes", "layer": "2"}, "forward", 2),
        ({"layer": "-2;1"}, "no", -2),
        ({"layer": "up", "bridge": "no"}, "no", 0),
        ({"layer": "99"}, "no", 5),
    ],
)
def test_oneway_and_layer(tmp_path, tags, oneway, layer):
    row = street(tmp_path, highway="residential", **tags)
    assert (row["oneway"], row["layer"]) == (oneway, layer)


def test_geometry_is_that_of_the_nodes(tmp_path):
    path = extract(
        tmp_path,
        ((1, 2, 3), {"highway": "path", "name": "{{7*7}}"}),
        ((1, 2, 99, 3, 4), {"highway": "path"}),
        ((1, 99), {"highway": "path"}),
        ((1, 2), {"power": "line"}),
    )
    reading = read_file(path, "streets")
    assert reading.frame["source_id"].tolist() == ["1", "2", "2#2"]
    assert reading.frame.index.tolist() == [1, 2, 2]
    assert list(reading.frame.geometry.iloc[0].coords) == [(7.0, 43.0), (7.1, 43.0), (7.1, 43.1)]
    assert not reading.refused
    assert [(remark.row, remark.details["ways"]) for remark in reading.remarks] == [(0, ["3"])]
    assert reading.frame["name"].iloc[0] == "{{7*7}}"


def test_the_ground_of_the_map(tmp_path):
    outer = Relation(id=9, members=[("w", 6, "outer")], tags={"type": "multipolygon", "natural": "water"})
    path = extract(
        tmp_path,
        (SQUARE, {"building": "yes"}),
        (SQUARE, {"leisure": "park", "name": "公园"}),
        ((1, 2), {"railway": "rail"}),
        ((1, 2), {"railway": "subway", "tunnel": "yes"}),
        ((1, 2), {"waterway": "river"}),
        (SQUARE, {}),
        (SQUARE, {"building": "no"}),
        relations=(outer,),
    )
    reading = read_file(path, "base")
    kinds = dict(zip(reading.frame["source_id"], reading.frame["kind"], strict=True))
    assert kinds == {
        "w1": "building", "w2": "green", "w3": "railway", "w5": "water", "r9": "water",
    }  # fmt: skip
    assert set(reading.frame.geom_type) == {"LineString", "MultiPolygon"}
    assert not reading.refused


def test_openstreetmap_holds_no_grids(tmp_path):
    with pytest.raises(FileRefused, match="hold no grids"):
        read_file(extract(tmp_path), "grids")


@pytest.mark.parametrize(
    ("road_class", "walk"),
    [
        ("高速公路", "no"), ("城市快速路", "no"), ("主干路", "yes"), ("次干道", "yes"), ("支路", "yes"),
        ("人行道", "yes"), ("非机动车道", "no"), ("trunk_link", "no"), ("什么", "yes"), (None, "yes"),
    ],
)  # fmt: skip
def test_classes_of_roads(road_class, walk):
    assert roads.access(road_class).walk == walk
