"""Assignments as they are stored: what PostGIS says, on every basis, and only what changed written anew."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from districts import cloned, csv, geojson, opened, point, square
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publications import ask
from sqlalchemy import Engine, text

from geo.demo.files import write_district
from geo.profile import Profile, load_profile
from geo.store.engine import reading
from geo.workflows.assignment.assigning import reassign_all
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions, LoadReport

pytestmark = pytest.mark.usefixtures("quick_reading")

ZONE = load_profile("default")

# What PostGIS itself says of every point and every partition, next to what is stored.
ORACLE = """
with said as (
    select p.id as partition_id, e.id, min(v.code collate "C") as code, count(v.code) as several,
           count(v.code) filter (where not ST_Touches(v.geom, e.geom)) as inside
    from {points} as e
    cross join partition as p
    left join grid_version as v
      on v.partition_id = p.id and v.to_release is null and v.valid @> current_date
     and ST_Covers(v.geom, e.geom)
    group by 1, 2
)
select count(*) as points,
       count(*) filter (where v.code is distinct from said.code) as other_code,
       count(*) filter (where a.status <> case
           when said.several = 0 then 'unassigned'
           when said.several = 1 or said.inside = 0 then 'assigned' else 'ambiguous' end) as other_status,
       count(*) filter (where cardinality(a.candidates) <>
           case when said.several > 1 then said.several else 0 end) as other_candidates,
       count(*) filter (where a.rule = 'tie') as ties,
       count(*) filter (where a.id is null) as missing
from said
left join assignment as a on a.{points}_id = said.id and a.partition_id = said.partition_id
  and a.to_release is null and a.valid @> current_date
left join grid_version as v on v.id = a.grid_version_id
"""


def load(engine: Engine, path: Path, kind: str, zone: Profile = ZONE, **options: Any) -> LoadReport:
    return load_file(engine, zone, path, kind, options=LoadOptions(**options))


def oracle(engine: Engine, points: str) -> dict[str, int]:
    with reading(engine) as connection:
        return dict(connection.execute(text(ORACLE.format(points=points))).one()._mapping)


def test_monaco_is_as_postgis_says(engine: Engine, shared_data: Path) -> None:
    for name, kind in (("grids.geojson", "grids"), ("enterprises.csv", "enterprises")):
        load(engine, shared_data / "monaco" / name, kind)
    load(engine, shared_data / "monaco" / "stations.csv", "stations")
    same = {"other_code": 0, "other_status": 0, "other_candidates": 0, "ties": 0, "missing": 0}
    assert oracle(engine, "enterprise") == {"points": 322, **same}
    assert oracle(engine, "station") == {"points": 109, **same}
    assert reassign_all(engine, ZONE) == 0


def test_the_demo_of_full_size_is_as_postgis_says(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    zone = load_profile("demo")
    files = write_district(tmp_path_factory.mktemp("chengdu"), scale="chengdu")
    for file in files:
        if file.kind in ("grids", "general-grids", "enterprises", "stations"):
            load(engine, file.path, file.kind, zone, **file.options)
    partitions = ask(engine, "select count(*) from partition")[0][0]
    found = oracle(engine, "enterprise")
    assert found.pop("ties") > 0
    none = {"other_code": 0, "other_status": 0, "other_candidates": 0, "missing": 0}
    assert found == {"points": 45_000 * partitions, **none}
    assert reassign_all(engine, zone) == 0


SHUCHENG = load_profile("shucheng")


def test_an_enterprise_has_one_grid_on_each_basis(engine: Engine, tmp_path: Path) -> None:
    def numbered(*rows: dict[str, str]) -> list[Any]:
        return [(None, {"id": str(i), **row}) for i, row in enumerate(rows)]

    load(
        engine,
        geojson(tmp_path / "a.geojson", [(square(0, 0), {"id": "1", "code": "A1"})]),
        "grids",
        SHUCHENG,
    )
    industries = numbered({"code": "I1", "name": "装备制造"}, {"code": "I2", "name": "纺织"})
    load(engine, geojson(tmp_path / "i.geojson", industries), "grids", SHUCHENG, basis="industry")
    # The chain is written by an alias here and by its own name, or the alias, by the enterprises.
    chains = numbered({"code": "C1", "name": "智能智造"}, {"code": "C2", "name": "新材料"})
    load(engine, geojson(tmp_path / "c.geojson", chains), "grids", SHUCHENG, basis="chain")
    file = csv(
        tmp_path / "e.csv",
        "企业编号,企业名称,行业,产业链,经度,纬度",
        "1,甲,装备制造,智能制造,104.0005,30.5005",
        "2,乙,I2,智能智造、新材料,104.0015,30.5005",
        "3,丙,采矿,,,",
    )
    report = load(engine, file, "enterprises", SHUCHENG)
    assert report.outcome.reassigned == 9
    query = (
        "select e.source_id, p.basis, v.code, a.status, a.rule, a.candidates from assignment as a"
        " join enterprise as e on e.id = a.enterprise_id join partition as p on p.id = a.partition_id"
        " left join grid_version as v on v.id = a.grid_version_id where a.to_release is null order by 1, 2"
    )
    assert ask(engine, query) == [
        ("1", "area", "A1", "assigned", "inside", []),
        ("1", "chain", "C1", "assigned", "table", []),
        ("1", "industry", "I1", "assigned", "table", []),
        ("2", "area", None, "unassigned", "outside", []),
        ("2", "chain", "C1", "ambiguous", "overlap", ["C1", "C2"]),
        ("2", "industry", "I2", "assigned", "table", []),
        ("3", "area", None, "unassigned", "no-location", []),
        ("3", "chain", None, "unassigned", "outside", []),
        ("3", "industry", None, "unassigned", "outside", []),
    ]
    assert reassign_all(engine, SHUCHENG) == 0
    csv(file, "企业编号,企业名称,行业,产业链,经度,纬度", "3,丙,纺织,新材料,,")
    assert load(engine, file, "enterprises", SHUCHENG).outcome.reassigned == 2
    assert reassign_all(engine, SHUCHENG) == 0


def test_grids_without_polygons_are_given_codes_too(engine: Engine, tmp_path: Path) -> None:
    rows = [(None, {"id": str(i), "name": name}) for i, name in enumerate(("新材料", "智能制造"))]
    zone = load_profile("tianning")
    report = load(engine, geojson(tmp_path / "c.geojson", rows), "grids", zone, basis="chain")
    assert report.outcome.codes_given == 2
    assert ask(engine, "select basis, level from partition") == [("chain", "chain")]
    query = "select code, name from grid_version order by code"
    assert ask(engine, query) == [("0001", "新材料"), ("0002", "智能制造")]


def test_a_file_may_name_the_basis_of_each_row(engine: Engine, tmp_path: Path) -> None:
    rows = [
        (square(0, 0), {"id": "1", "code": "A1", "划分依据": "area"}),
        (None, {"id": "2", "code": "C1", "划分依据": "chain"}),
        (square(1, 0), {"id": "3", "code": "A2", "划分依据": "随意"}),
    ]
    report = load(engine, geojson(tmp_path / "g.geojson", rows), "grids", SHUCHENG)
    assert [(one.row, one.code) for one in report.remarks] == [(3, "level-unknown")]
    query = "select p.basis, v.code from grid_version as v join partition as p on p.id = partition_id"
    assert ask(engine, f"{query} order by code") == [("area", "A1"), ("area", "A2"), ("chain", "C1")]


def test_micro_grids_under_grids(engine: Engine, tmp_path: Path) -> None:
    zone = load_profile("lucheng")
    load(
        engine, geojson(tmp_path / "g.geojson", [(square(0, 0, 2), {"id": "1", "code": "G1"})]), "grids", zone
    )
    micro = [(square(i, 0), {"id": str(i), "code": f"G1-{i}", "parent_code": "G1"}) for i in range(2)]
    report = load(engine, geojson(tmp_path / "m.geojson", micro), "grids", zone, level="micro")
    assert report.remarks == ()
    load(engine, geojson(tmp_path / "e.geojson", [(point(1, 0.5), {"id": "edge"})]), "enterprises", zone)
    query = (
        "select v.code, a.rule from assignment as a join grid_version as v on v.id = a.grid_version_id"
        " order by code"
    )
    assert ask(engine, query) == [("G1", "inside"), ("G1-0", "tie")]


def test_a_point_outside_stays_outside_in_one_row(engine: Engine, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", [(square(0, 0), {"id": "1", "code": "1"})])
    load(engine, file, "grids")
    places = [(point(0.5, 0.5), {"id": "in"}), (point(9, 9), {"id": "out"}), (None, {"id": "nowhere"})]
    load(engine, geojson(tmp_path / "e.geojson", places), "enterprises")
    geojson(file, [(square(0, 0, 2), {"id": "1", "code": "1"})])
    assert load(engine, file, "grids", since=date(2026, 1, 1)).outcome.reassigned == 2
    assert reassign_all(engine, ZONE) == 0
    query = (
        "select source_id, rule, count(*) from assignment join enterprise on enterprise.id = enterprise_id"
        " where to_release is null group by 1, 2 order by 1"
    )
    assert ask(engine, query) == [("in", "inside", 2), ("nowhere", "no-location", 1), ("out", "outside", 1)]


def test_only_what_changed_is_written_again(engine: Engine, tmp_path: Path) -> None:
    grids = [(square(i, 0), {"id": str(i), "code": f"000{i}"}) for i in range(4)]
    load(engine, geojson(tmp_path / "g.geojson", grids), "grids", since=date(2020, 1, 1))
    places = [(point(i + 0.5, 0.5), {"id": str(i)}) for i in range(4)]
    load(engine, geojson(tmp_path / "e.geojson", places), "enterprises")
    # The border between the first two grids moves to the left of the first two points' middle.
    grids[:2] = [
        (square(0, 0, 0.25), {"id": "0", "code": "0000"}),
        (square(0.25, 0, 1.75), {"id": "1", "code": "0001"}),
    ]
    report = load(engine, geojson(tmp_path / "g.geojson", grids), "grids", since=date(2024, 7, 1))
    assert (report.outcome.updated, report.outcome.unchanged, report.outcome.release) == (2, 2, 2)
    query = (
        "select e.source_id, a.valid::text, v.code, a.from_release, a.to_release from assignment as a"
        " join enterprise as e on e.id = a.enterprise_id"
        " left join grid_version as v on v.id = a.grid_version_id"
        " order by 1, 4, 2"
    )
    assert ask(engine, query) == [
        ("0", "(,2020-01-01)", None, 1, None),
        ("0", "[2020-01-01,)", "0000", 1, 2),
        ("0", "[2020-01-01,2024-07-01)", "0000", 2, None),
        ("0", "[2024-07-01,)", "0001", 2, None),
        ("1", "(,2020-01-01)", None, 1, None),
        ("1", "[2020-01-01,)", "0001", 1, 2),
        ("1", "[2020-01-01,2024-07-01)", "0001", 2, None),
        ("1", "[2024-07-01,)", "0001", 2, None),
        ("2", "(,2020-01-01)", None, 1, None),
        ("2", "[2020-01-01,)", "0002", 1, None),
        ("3", "(,2020-01-01)", None, 1, None),
        ("3", "[2020-01-01,)", "0003", 1, None),
    ]
    written = dict(ask(engine, "select from_release, count(*) from assignment group by 1 order by 1"))
    assert (report.outcome.reassigned, written) == (4, {1: 8, 2: 4})
    assert reassign_all(engine, ZONE) == 0


cuts = st.lists(st.integers(0, 8), min_size=3, max_size=3, unique=True).map(sorted)
moves = st.lists(
    st.tuples(
        st.sampled_from(["grids", "enterprises", "both grids"]),
        cuts,
        st.integers(0, 400),
        st.lists(st.tuples(st.integers(0, 8), st.integers(-1, 4)), min_size=5, max_size=5),
    ),
    min_size=1,
    max_size=4,
)


def strip(borders: list[int], *, overlapping: bool) -> list[Any]:
    """Grids from each border to the next; overlapping ones reach a step into the next."""
    edges = [0, *borders, 9]
    return [
        (square(low / 2, 0, (high - low + overlapping) / 2, 2), {"id": str(i), "code": f"{9 - i}"})
        for i, (low, high) in enumerate(pairwise(edges))
        if high > low
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_incremental_is_full(template_url: str, tmp_path: Path, steps: list[Any]) -> None:
    with cloned(template_url) as url, opened(url) as engine:
        load(engine, geojson(tmp_path / "g.geojson", strip([2, 4, 6], overlapping=False)), "grids")
        for what, borders, days, places in steps:
            if what == "enterprises":
                rows = [(point(x / 2, y / 2), {"id": str(i)}) for i, (x, y) in enumerate(places)]
                load(engine, geojson(tmp_path / "e.geojson", rows), "enterprises")
                continue
            since = date(2025, 1, 1) + timedelta(days)
            file = geojson(tmp_path / "g.geojson", strip(borders, overlapping=what == "both grids"))
            load(engine, file, "grids", since=since)
            assert reassign_all(engine, ZONE) == 0
