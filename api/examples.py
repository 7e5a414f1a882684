"""Examples of answers for the OpenAPI description, taken from the demo district of scale small."""

from typing import Any

STATUS: dict[str, Any] = {
    "profile": "default",
    "title": {"zh": "开发区", "en": "Development zone"},
    "release": 4,
    "on": "2026-11-22",
    "grids": 9,
    "levels": {"area/block": 0, "area/grid": 9, "area/micro": 0, "general/grid": 0},
    "parks": 0,
    "enterprises": {
        "total": 322,
        "assigned": 167,
        "ambiguous": 0,
        "unassigned": 155,
        "ties": 0,
        "no_location": 0,
        "workers": None,
        "workers_unknown": 322,
    },
    "stations": {
        "total": 109,
        "assigned": 51,
        "ambiguous": 0,
        "unassigned": 58,
        "ties": 0,
        "no_location": 0,
    },
    "centres": {
        "total": 0,
        "assigned": 0,
        "ambiguous": 0,
        "unassigned": 0,
        "ties": 0,
        "no_location": 0,
    },
    "organisations": 0,
    "grids_with_organisation": 0,
    "streets": {"count": 1, "length_m": 812, "version": 4, "loaded_at": "2026-11-22T08:00:00Z"},
    "versions": {"grids": {"version": 1, "loaded_at": "2026-11-22T08:00:00Z", "source": "grids.geojson"}},
}

_BOXES = {
    "total": 100,
    "covered": 80,
    "out_of_reach": 12,
    "outside": 6,
    "no_location": 2,
    "outside_reached": 3,
}

COVERAGE: dict[str, Any] = {
    "mode": "walk",
    "minutes": 15.0,
    "speed_m_per_min": 83.333333,
    "method": "network",
    "detour": None,
    "streets": {"version": 4, "loaded_at": "2026-11-22T08:00:00Z", "source": "streets.osm.pbf"},
    "kinds": ["station", "centre"],
    "functions": [],
    "stations": 109,
    "stamp": {
        "release": 1,
        "on": "2026-11-22",
        "enterprises_version": 2,
        "stations_version": 3,
        "streets_version": 4,
        "computed_at": "2026-11-22T08:00:00Z",
    },
    "denominators": {"area_m2": _BOXES, "grids": _BOXES, "enterprises": _BOXES, "workers": None},
    "workers_unknown": 100,
    "by_grid": [
        {
            "id": 1,
            "code": "0001",
            "enterprises": 14,
            "enterprises_covered": 12,
            "workers": None,
            "workers_covered": None,
            "area_share": 0.93,
            "reached": True,
        }
    ],
}

GRID: dict[str, Any] = {
    "id": 1,
    "code": "0412",
    "name": "示例软件园",
    "kind": "aggregated",
    "basis": "area",
    "level": "grid",
    "parent": "B03",
    "park": "示例软件园",
    "chief": None,
    "valid_from": None,
    "organisations": [{"name": "示例联合委员会", "kind": "联建"}],
    "children": [],
    "geometry": {"type": "MultiPolygon", "coordinates": []},
    "bounds": [104.06, 30.57, 104.07, 30.58],
    "area_m2": 61200,
    "minutes": 4.2,
    "promised_minutes": 15.0,
    "enterprises": {"total": 38, "covered": 36, "out_of_reach": 2, "workers": 1204},
    "stations": [],
}

ENTERPRISES: dict[str, Any] = {
    "total": 1,
    "page": 1,
    "pages": 1,
    "rows": [
        {
            "id": 7,
            "source_id": "E0007",
            "name": "示例精密制造公司",
            "credit_code": None,
            "address": None,
            "industry": "C34",
            "chains": ["智能制造"],
            "workers": 120,
            "lon": 104.061,
            "lat": 30.571,
            "grid": "0412",
            "status": "assigned",
            "rule": "inside",
            "candidates": [],
            "minutes": 6.4,
            "reached": True,
        }
    ],
}

LOAD: dict[str, Any] = {
    "ok": False,
    "kind": "enterprises",
    "file": "enterprises.csv",
    "format": "csv",
    "encoding": "gb18030",
    "crs": "EPSG:4326",
    "rows": 3,
    "added": 2,
    "updated": 0,
    "unchanged": 0,
    "absent_count": 0,
    "absent": [],
    "refused": [
        {
            "row": 3,
            "code": "latitude-out-of-range",
            "message": "The row has the latitude 130.5; it must lie between -90 and 90.",
            "details": {"value": "130.5"},
        }
    ],
    "remarks": [],
    "ignored": ["备注"],
    "columns": {"name": "企业名称"},
    "release": None,
    "codes_given": 0,
    "reassigned": 2,
    "seconds": 0.1,
}

ERROR: dict[str, Any] = {
    "error": {
        "code": "not-found",
        "message": "There is no release 99; the releases are 1 to 4.",
        "details": {},
    }
}


def described(example: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of a route with such an answer."""
    return {
        200: {"description": "Done.", "content": {"application/json": {"example": example}}},
        304: {"description": "What the client has is still so (If-None-Match)."},
        404: {"description": "No such thing.", "content": {"application/json": {"example": ERROR}}},
        422: {
            "description": "The request cannot be answered.",
            "content": {"application/json": {"example": ERROR}},
        },
    }
