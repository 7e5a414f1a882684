"""What goes wrong is told in both languages: each error in the code has a reason, each reason a sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import geo.errors
from geo.read.recognition import _MAGIC, _XML, MAX_BYTES
from maps.faults import LIBRARY, WORDED, sentence_of
from maps.words import LANGUAGES, words

ROOT = Path(geo.errors.__file__).parent.parent
KINDS = {name for name, value in vars(geo.errors).items() if isinstance(value, type)}
# Before there is a page, or never on one: the command line, the benchmarks, whole files, and starting up.
UNSEEN = (
    *(
        "api/cli/",
        "api/app.py",
        "api/settings.py",
        "geo/bench/",
        "geo/stream/",
        "geo/workflows/assignment/streaming.py",
    ),
    *(
        "geo/store/cluster/private.py",
        "geo/store/cluster/place.py",
        "geo/store/schema.py",
        "geo/store/cluster/server.py",
    ),
    *("geo/read/formats/drivers.py", "geo/write/arrow.py", "geo/write/form.py", "maps/assets.py"),
)
# What calculations and the profile demand of whoever programs or configures, not of a person at a page.
DEMANDED = {
    *(
        "geo/assignment/rule.py",
        "geo/changes/comparison.py",
        "geo/codes.py",
        "geo/coverage/tally.py",
        "geo/profile.py",
    ),
    *("geo/partition/examination.py", "geo/reach/allotment.py", "geo/reach/standing.py"),
    *("geo/streets/joining.py", "geo/streets/noding.py"),
}
WITHOUT = ("has no pipes", "starts with {parsed.drivername}", "cannot be written: name a file in a folder")
"""Sentences about the machine or the command line, in modules whose others are told on pages."""


def errors() -> Iterator[tuple[str, ast.Call]]:
    """Yield where an error of ours is made, and the call that makes it."""
    for folder in ("geo", "api", "maps"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            where = file.relative_to(ROOT).as_posix()
            if where.startswith(UNSEEN):
                continue
            tree = ast.parse(file.read_text("utf-8"))
            for call in ast.walk(tree):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KINDS and call.args:
                    yield where, call


def reasons_of(call: ast.Call) -> list[str]:
    """Return the reason that an error names; none where it is looked up in a table of its module."""
    given = next((one.value for one in call.keywords if one.arg == "reason"), None)
    return [str(given.value)] if isinstance(given, ast.Constant) else []


def table_reasons(where: str) -> set[str]:
    tree = ast.parse((ROOT / where).read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_ADVICE":
            return set(ast.literal_eval(ast.Dict(node.value.keys, [ast.Constant(0)] * len(node.value.keys))))
    return set()


def places(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def codes_of_problems() -> set[str]:
    """Return the codes of what the web tells without an error of ours."""
    found = set()
    for file in sorted((ROOT / "api").rglob("*.py")):
        text = file.read_text("utf-8")
        found |= set(re.findall(r'problem\(\s*"([a-z-]+)"', text))
    return found


ALL = list(errors())


def test_there_are_errors_to_be_looked_at() -> None:
    assert len(ALL) > 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_error_has_a_sentence_with_what_it_needs(language: str) -> None:
    table = words(language).table
    faults = []
    for where, call in ALL:
        message = ast.unparse(call.args[0])
        if any(part in message for part in WITHOUT):
            continue
        named = reasons_of(call) or sorted(
            table_reasons(where) if "reason=reason" in ast.unparse(call) else ()
        )
        if not named and where not in DEMANDED:
            faults.append(f"{where}:{call.lineno} has no reason: {message[:60]}")
        given = {one.arg for one in call.keywords}
        for reason in named:
            sentence = table.get(f"fault.{reason}")
            if sentence is None:
                faults.append(f"{where}:{call.lineno} fault.{reason} is not in {language}")
            elif missing := places(sentence) - given:
                faults.append(f"{where}:{call.lineno} gives no {missing} for fault.{reason}")
    assert faults == []


def test_no_sentence_is_left_over() -> None:
    used = {reason for _, call in ALL for reason in reasons_of(call)}
    used |= table_reasons("geo/read/recognition.py") | codes_of_problems()
    used |= {"field-invalid", "address-unknown", "method-refused", "role-lacking"}
    kept = {key.removeprefix("fault.") for key in words("zh").table if key.startswith("fault.")}
    assert kept - used == set()


def test_what_the_web_tells_by_itself_has_a_sentence() -> None:
    table = words("zh").table
    told = codes_of_problems() - {"invalid", "wrong-use", "forbidden"}
    assert told >= {"too-large", "unforeseen", "foreign-origin"}
    assert {code for code in told if f"fault.{code}" not in table} == set()


def test_a_sentence_is_filled_in() -> None:
    details = {"reason": "wrong-kind", "kind": "grids", "seems": ["stations", "parks"]}
    told = sentence_of({"code": "file-refused", "message": "x", "details": details}, words("zh"))
    assert "专属网格" in told
    assert "驿站与服务中心、园区" in told


def test_numbers_of_things_are_not_divided_by_commas() -> None:
    details = {"reason": "release-unknown", "release": 1200, "current": None}
    told = sentence_of({"code": "not-found", "message": "x", "details": details}, words("en"))
    assert told == "There is no release 1200, the newest is –; give another number."
    many = {"reason": "too-many-rows", "rows": 2_000_000, "most": 1_000_000}
    assert "2,000,000" in sentence_of({"code": "file-refused", "message": "x", "details": many}, words("en"))


def test_the_servers_own_words_stand_where_ours_lack_a_value() -> None:
    lacking = {"code": "not-found", "message": "No draft.", "details": {"reason": "draft-unknown"}}
    assert sentence_of(lacking, words("zh")).endswith("No draft.")
    assert sentence_of({"code": "odd", "message": "Odd."}, words("zh")) == "Odd."


def test_words_of_values_exist() -> None:
    table = words("zh").table
    assert all(any(key.startswith(f"{section}.") for key in table) for section in WORDED.values())


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("'a.tab' not recognized as being in a supported file format.; It might help", "它引用的文件"),
        (".shx file is unreadable, or corrupt.", "索引文件（.shx）已损坏"),
        ("ERROR parsing kml a.kml :no element found on line 18 at offset 54", "XML 在第 18 行"),
        ("error at line 1069 of layer.dxf", "第 1069 行"),
        ("sqlite3_open failed: database disk image is malformed", "数据库已损坏"),
        ("Error during reading Geometry.", "文件不完整"),
        ("Measured (M) geometry types are not supported.", "M 值"),
        ("Something that nobody has heard of", "Something that nobody has heard of"),
    ],
)
def test_what_a_library_says_is_told_in_words(said: str, chinese: str) -> None:
    error = {"code": "file-refused", "details": {"reason": "layer-unreadable", "said": said}}
    assert chinese in sentence_of(error, words("zh"))
    assert {f"library.{name}" for _, name in LIBRARY} <= set(words("en").table)


def test_formats_have_names() -> None:
    error = {"code": "file-refused", "details": {"reason": "format-of-autocad", "format": "binary DXF"}}
    assert "二进制 DXF" in sentence_of(error, words("zh"))
    for form in (*MAX_BYTES, *(made for _, _, made in _MAGIC), *(made for _, made in _XML)):
        assert f"format.{form}" in words("zh").table, form
