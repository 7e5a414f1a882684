"""The catalogue: the same keys in each language, all of them used, none missing."""

import ast
import re
from pathlib import Path

import pytest

import maps
from geo.contracts import CONTRACTS
from maps.faults import WORDED
from maps.layers import CIRCLES, COVERAGE, GRID, WHATIF
from maps.pages.lists import COLUMNS
from maps.words import LANGUAGES, title_of, words

ROOT = Path(maps.__file__).parent
CALLS = {
    ".py": re.compile(r"""(?:\bt|\.known|\bwords_of)\(\s*f?(["'])(?P<key>[a-z_]+\.[^"']*)\1"""),
    ".html": re.compile(r"""\bt\(\s*(["'])(?P<key>[a-z_]+\.[^"']*)\1(?P<more>\s*~)?"""),
    ".js": re.compile(
        r"""\b(?:t|known|rowTable)\(\s*(?:[a-zA-Z.]+ \? )?(["'`])(?P<key>[a-z_]+\.[^"'`]*)\1"""
    ),
}
GIVEN_OUT = {"text-cut", "beyond-gbk", "characters-replaced", "crs-not-in-table", "several-sources"}
GIVEN_OUT |= {"ids-shared", "too-large-to-load"}
"""What is told of files that are given out, in a list of their own."""
STRINGS = re.compile(r"""["'`]([a-z_]+\.[a-z_0-9]+)["'`]""")


def sources() -> list[Path]:
    files = [*ROOT.glob("*.py"), *ROOT.glob("pages/*.py"), *ROOT.glob("templates/*.html")]
    return [*files, *ROOT.glob("static/js/*.js")]


def asked() -> tuple[set[str], set[str]]:
    """Return the keys and the beginnings of keys that the sources ask for."""
    keys, beginnings = set(), set()
    for file in sources():
        text = file.read_text("utf-8")
        for match in CALLS[file.suffix].finditer(text):
            key = match["key"]
            computed = re.split(r"[{$]", key)[0]
            if computed != key or key.endswith((".", "_")):
                beginnings.add(computed)
            else:
                keys.add(key)
    return keys, beginnings


def mentioned() -> set[str]:
    return {m for file in sources() for m in STRINGS.findall(file.read_text("utf-8"))}


def test_each_language_has_the_same_keys() -> None:
    first, *others = [set(words(language).table) for language in LANGUAGES]
    assert all(other == first for other in others)


def test_each_language_takes_the_same_values() -> None:
    def names(sentence: str) -> set[str]:
        return set(re.findall(r"\{(\w+)(?:\|[^{}|]*\|[^{}|]*)?\}", sentence))

    zh, en = (words(language).table for language in LANGUAGES)
    assert {k for k in zh if names(zh[k]) != names(en[k])} == set()


def test_every_key_asked_for_exists() -> None:
    keys, beginnings = asked()
    table = words("zh").table
    assert len(keys) > 100
    assert keys - set(table) == set()
    assert {b for b in beginnings if not any(k.startswith(b) for k in table)} == set()


def test_no_key_is_unused() -> None:
    keys, beginnings = asked()
    used = keys | mentioned()
    beginnings |= {f"{section}." for section in WORDED.values()}
    unused = {k for k in words("zh").table if k not in used and not k.startswith(tuple(beginnings))}
    assert unused == set()


def test_keys_made_from_tables_exist() -> None:
    table = words("zh").table
    made = {f"kind.{kind}" for kind in CONTRACTS}
    made |= {f"layer.{plan.name}" for plan in (*COVERAGE, *CIRCLES, *GRID, *WHATIF) if plan.toggle}
    made |= {f"list.{name}" for name in COLUMNS}
    made |= {f"column.{column}" for columns in COLUMNS.values() for column in columns}
    assert made - set(table) == set()


def test_fills_in_values_once() -> None:
    t = words("en")
    assert t("grid.chief", name="{count}{name}") == "chief {count}{name}"


def test_one_takes_the_word_for_one() -> None:
    t = words("en")
    assert t("unit.workers", count="1") == "1 worker"
    assert t("unit.workers", count="1,001") == "1,001 workers"
    assert t("whatif.full", count=0) == "0 stations are full"


def test_value_that_names_another_value_stays_as_it_is() -> None:
    assert words("en")("list.page", page="{pages}", pages=3) == "Page {pages} of 3"


def test_unknown_key_is_an_error_and_unknown_language_the_default() -> None:
    with pytest.raises(KeyError):
        words("zh")("nothing.here")
    assert words("fr").language == "zh"
    assert words("zh").known("status.odd", "odd") == "odd"


def test_title_of_falls_back() -> None:
    assert title_of({"zh": "驿站", "en": "station"}, "en", "x") == "station"
    assert title_of({"zh": "驿站"}, "en", "x") == "驿站"
    assert title_of(None, "en", "x") == "x"


def test_sections_are_whole_words() -> None:
    assert set(words("en").sections(["grid"])) == {k for k in words("en").table if k.startswith("grid.")}


def test_what_a_row_is_refused_for_has_a_heading() -> None:
    table = words("zh").table
    codes = {key.removeprefix("refused.") for key in table if key.startswith("refused.")} - GIVEN_OUT
    assert {code for code in codes if f"finding.title_{code}" not in table} == set()


def test_what_is_found_in_a_file_has_a_heading_and_a_sentence() -> None:
    """Whatever a finding or a refusal is called in the code; those of files given out need no heading."""
    table = words("zh").table
    codes = {"hole", "hole-at-rim", "offset-gcj02", "offset-bd09", "overlaps-untold", "unknown-park"}
    for file in sorted((ROOT.parent / "geo").rglob("*.py")):
        if "bench" in file.parts:
            continue
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = ast.unparse(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""
            if name not in ("Finding", "finding", "Refusal"):
                continue
            said = call.args[1 if name == "Refusal" else 0 :][:1]
            codes |= {one.value for one in said if isinstance(one, ast.Constant)}
    assert len(codes) > 60
    several = {key.removeprefix("finding.").rpartition("_")[0] for key in table if key.startswith("finding.")}
    told = {code for code in codes if {f"finding.{code}", f"refused.{code}"} & set(table)} | several
    assert codes - told == set()
    assert {code for code in codes - GIVEN_OUT if f"finding.title_{code}" not in table} == set()
