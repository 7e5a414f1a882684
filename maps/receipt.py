"""The receipt in sentences: why an enterprise is where it is, for whoever asks at a counter.

A paragraph says all that belongs together: what decides at a level and how near the border is, what a person
said once, where the position comes from, and at the end by which releases. None says what another has said.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from maps import notation
from maps.words import Words, title_of, words

Row = Mapping[str, Any]

_NOWHERE = "no-location"
# Of these the border says nothing more: one lies on it, the other in several grids.
_WITHOUT_BORDER = ("tie", "overlap")


def sentences(receipt: Row, language: str, zone: tzinfo) -> list[str]:
    """Return a receipt in the words of a language, a text for each paragraph; see `paragraphs`."""
    joint = words(language)("receipt.joint")
    return [joint.join(one) for one in paragraphs(receipt, language, zone)]


def paragraphs(receipt: Row, language: str, zone: tzinfo) -> list[list[str]]:
    """Return a receipt in the words of a language.

    Parameters
    ----------
    receipt : mapping
        The answer of ``GET /api/v1/enterprises/{id}/assignment``.
    language : str
        One of `maps.words.LANGUAGES`.
    zone : tzinfo
        Where the days are civil days.

    Returns
    -------
    list of list of str
        Paragraphs of sentences.
    """
    t = words(language)
    rows = receipt["assignments"]
    placed = [row for row in rows if row["rule"] != _NOWHERE]
    told = [
        *(_assignment(t, row) for row in placed),
        _nowhere(t, [row for row in rows if row["rule"] == _NOWHERE], receipt["enterprise"]["id"]),
        *(_past(t, word) for word in receipt["overrides"]),
        _location(t, receipt["location"], zone),
        _releases(t, [row for row in placed if not row["override"]], zone),
    ]
    return [found for one in told if (found := list(one))]


def _assignment(t: Words, row: Row) -> Iterator[str]:
    said = row["override"] or {}
    values = {
        "level": _level(t, row),
        "grid": row["grid"] or "",
        "codes": t("unit.and").join(row["candidates"]),
        "building": _called(t, row["building"]),
        "by": said.get("by"),
        "reason": said.get("reason"),
        "until": notation.day(said.get("until"), t.language),
    }
    yield t(f"receipt.rule_{_rule(row)}", **values)
    if said and said["lawful"] != row["grid"]:
        key = "disagrees" if said["disagrees"] else "law"
        yield t(f"receipt.{key}", lawful=said["lawful"] or t("receipt.no_grid"))
    yield from _border(t, row)
    yield from _building(t, row)


def _rule(row: Row) -> str:
    """Return the rule as its sentences are called."""
    key = str(row["rule"]).replace("-", "_")
    if row["by_name"]:
        return {"outside": "unnamed", "overlap": "overlap_names"}.get(key, key)
    return "building_cut" if key == "building" and not _is_whole(row) else key


def _is_whole(row: Row) -> bool:
    return bool(row["building"]["shares"].get(row["grid"], 0.0) >= 1.0)


def _border(t: Words, row: Row) -> Iterator[str]:
    if row["border_m"] is None:
        return
    values = {"metres": _metres(t, row["border_m"]), "neighbour": row["neighbour"]}
    if row["rule"] == "outside":
        yield t("receipt.nearest", **values)
    elif not row["within"]:
        yield t("receipt.beyond", **values)
    elif row["rule"] not in _WITHOUT_BORDER:
        yield t("receipt.border" if row["neighbour"] else "receipt.border_open", **values)
    if row["doubtful"] and row["rule"] not in ("building", "overlap"):
        key = "doubtful_tie" if row["rule"] == "tie" else "doubtful"
        yield t(f"receipt.{key}", accuracy=_metres(t, row["accuracy_m"]))


def _building(t: Words, row: Row) -> Iterator[str]:
    """Tell how the building in which it lies is shared out among the grids, unless the rule has said so."""
    if row["building"] is None or row["grid"] is None or _rule(row) == "building":
        return
    shares, called = row["building"]["shares"], _called(t, row["building"])
    parts = [
        t("receipt.share", grid=code, share=notation.percent(share, 1, t.language))
        for code, share in sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    whole = next((code for code, share in shares.items() if share >= 1.0), None)
    if whole:
        yield t("receipt.building_whole", building=called, grid=whole)
    elif parts:
        yield t("receipt.building_cut", building=called, shares=t("unit.and").join(parts))
    else:
        yield t("receipt.building_none", building=called)
    if row["doubtful"] and row["rule"] == "building":
        yield t("receipt.doubtful_building")


def _nowhere(t: Words, rows: Sequence[Row], enterprise: int) -> Iterator[str]:
    """Tell once that it has no location, and how one is found."""
    if rows:
        yield t("receipt.nowhere", levels=t("unit.and").join(_level(t, row) for row in rows))
        yield t("receipt.look_up", id=enterprise)


def _releases(t: Words, rows: Sequence[Row], zone: tzinfo) -> Iterator[str]:
    """Tell by which release each level was decided; by one all of them, as a rule."""
    levels: dict[int, list[str]] = {}
    days: dict[int, str] = {}
    for row in rows:
        levels.setdefault(row["since_release"], []).append(_level(t, row))
        days[row["since_release"]] = notation.day(row["published_at"], t.language, zone=zone)
    key = "receipt.since" if len(levels) == 1 else "receipt.since_levels"
    for number in sorted(levels):
        yield t(key, release=number, day=days[number], levels=t("unit.and").join(levels[number]))


def _level(t: Words, row: Row) -> str:
    return title_of(row["title"], t.language, row["level"])


def _called(t: Words, building: Row | None) -> str:
    name = building and building["name"]
    return t("receipt.called", name=name) if name else ""


def _past(t: Words, word: Row) -> Iterator[str]:
    """Tell of what a person said once and what does not hold now."""
    if word["state"] != "standing":
        key = word["state"].replace("-", "_")
        yield t(
            f"receipt.word_{key}", **{name: word[name] for name in ("by", "until", "reason", "undone_by")}
        )


def _location(t: Words, location: Row | None, zone: tzinfo) -> Iterator[str]:
    if location is None:
        return
    names = {name: location[name] for name in ("file", "crs", "offset", "decimals")}
    values = names | {
        "metres": _metres(t, location["accuracy_m"]),
        "day": notation.day(location["loaded_at"], t.language, zone=zone),
    }
    path, basis = location["path"], location["accuracy_basis"]
    if location["geocode"] is not None:
        yield _found(t, location, zone)
        if location["geocode"]["source"]:
            yield t("receipt.found_in", source=location["geocode"]["source"])
        yield t(f"receipt.accuracy_{basis}", **values)
        return
    yield t(f"receipt.path_{path}", **values)
    if location["axes_swapped"]:
        yield t("receipt.swapped")
    yield t(f"receipt.accuracy_{basis}", **values)


def _found(t: Words, location: Row, zone: tzinfo) -> str:
    """Tell how a place was found for an enterprise whose file brings none."""
    found = location["geocode"]
    how, reason = found["how"], found["reason"].replace("-", "_")
    values = {
        "file": location["file"],
        "day": notation.day(found["at"], t.language, zone=zone),
        "by": found["by"],
        "reason": t.known(f"geocode.{reason}", reason),
        "label": found["label"],
        "score": notation.number(found["score"], t.language, digits=2),
    }
    return t(f"receipt.found_{how}", **values)


def _metres(t: Words, metres: float) -> str:
    return notation.number(metres, t.language, digits=0 if metres >= 10 else 1)
