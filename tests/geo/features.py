"""Features written as GeoJSON, and the codes of what is refused of them."""

import json

import shapely

from geo.contracts import CONTRACTS

SQUARE = shapely.box(104.0, 30.0, 104.01, 30.01)


def write_geojson(path, features, **members):
    collection = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(collection, ensure_ascii=False), "utf-8")
    return path


def feature(geometry, **properties):
    shape = None if geometry is None else shapely.geometry.mapping(geometry)
    return {"type": "Feature", "properties": properties, "geometry": shape}


def codes(refusals):
    return [(refusal.row, refusal.code) for refusal in refusals]


def assert_contract(frame, kind):
    contract = CONTRACTS[kind]
    assert list(frame.columns) == [*contract.names, "geometry"]
    assert frame.crs == "EPSG:4326"
    assert frame.index.name == "row"
    assert frame["source_id"].notna().all()
    assert frame["source_id"].is_unique
    dtypes = {"text": "str", "integer": "Int64", "number": "float64", "list": "object"}
    for column in contract.columns:
        if column.type in dtypes:
            assert str(frame[column.name].dtype) == dtypes[column.type]
    located = frame.geometry.dropna()
    assert located.geom_type.isin(contract.geometry).all()
    assert located.is_valid.all()
    assert not located.has_z.any()
