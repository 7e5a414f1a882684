"""``geocode`` with a file of known addresses, without a database."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from districts import lonlat

from api.cli.geocode import geocode
from geo.errors import InputError


def run(*words: object) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(geocode, [*map(str, words), "--json"], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, json.loads(result.stdout)


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    lon, lat = lonlat(5, 5)
    lines = [
        "企业编号,企业名称,地址,经度,纬度",
        "1,甲,示例路 十二号三号楼,,",
        "2,乙,示例路12号、14号,,",
        f"3,丙,示例街3号,{lon},{lat}",
        "4,丁,示例街3号,,",
        "5,戊,别处路1号,,",
    ]
    return write(tmp_path / "企业.csv", lines)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (a, b), (c, d) = lonlat(1, 1), lonlat(2, 1)
    lines = ["标准地址,经度,纬度,精度", f"示例路12号3栋,{a},{b},8", f"示例路14号,{c},{d},", f",{c},{d},"]
    return write(tmp_path / "标准地址.csv", lines)


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_enterprises_are_looked_up_in_a_file_and_written(firms: Path, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    code, told = run(firms, "--known", table, "-o", out)
    assert code == 1
    assert [(one["file"], one["row"], one["code"]) for one in told["refused"]] == [
        ("标准地址.csv", 3, "address-missing")
    ]
    assert (told["located"], told["counts"]) == (1, {"total": 4, "certain": 2, "to_choose": 1, "nothing": 1})
    best = told["rows"][0]["candidates"][0]
    assert (best["source"], best["accuracy_m"], best["key"]) == (
        "标准地址.csv",
        8.0,
        told["rows"][0]["certain"],
    )
    written = out.read_text("utf-8-sig").splitlines()
    assert len(written) == 5
    assert written[1].startswith("1,甲,示例路 十二号三号楼,certain,示例路12号3栋,same-address,1")
    assert written[2].startswith("2,乙,示例路12号、14号,choose,,,")


@pytest.mark.parametrize(
    ("words", "match"),
    [(("--known", "TABLE"), "name a file"), (("id:1", "-o", "x.csv"), "belong to --known")],
)
def test_files_without_their_option(table: Path, words: tuple[str, ...], match: str) -> None:
    with pytest.raises(InputError, match=match):
        run(*(table if word == "TABLE" else word for word in words))
