"""The receipt in sentences: why an enterprise is where it is, for whoever asks at a counter."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from maps import notation
from maps.words import Words, title_of, words


def sentences(receipt: Mapping[str, Any], language: str, zone: tzinfo) -> list[str]:
    """Return a receipt in the words of a language.

    Parameters
    ----------
    receipt : mapping
        The answer of ``GET /api/v1/enterprises/{id}/assignment``.
    language : str
        One of `maps.words.LANGUAGES`.
    zone : tzinfo
        Where the days are civil days.
    """
    t = words(language)
    told = [one for row in receipt["assignments"] for one in _assignment(t, row, zone)]
    told += [one for word in receipt["overrides"] for one in _past(t, word)]
    return [*told, *_location(t, receipt["location"], zone)]


def _assignment(t: Words, row: Mapping[str, Any], zone: tzinfo) -> Iterator[str]:
    values = {
        "level": title_of(row["title"], t.language, row["level"]),
        "grid": row["grid"] or "",
        "codes": t("unit.and").join(row["candidates"]),
        "release": row["since_release"],
        "day": notation.day(row["published_at"], t.language, zone=zone),
        "building": _called(t, row["building"]),
    }
    said = row["override"] or {}
    until = notation.day(said.get("until"), t.language)
    key = row["rule"].replace("-", "_")
    yield t(f"receipt.rule_{key}", **values, by=said.get("by"), reason=said.get("reason"), until=until)
    if said and said["disagrees"]:
        yield t("receipt.disagrees", lawful=said["lawful"] or t("receipt.no_grid"), **values)
    yield from _border(t, row)
    if not said:
        yield t("receipt.since", **values)


def _border(t: Words, row: Mapping[str, Any]) -> Iterator[str]:
    if row["border_m"] is None:
        return
    values = {"metres": _metres(t, row["border_m"]), "neighbour": row["neighbour"]}
    if row["rule"] == "outside":
        yield t("receipt.nearest", **values)
    elif not row["within"]:
        yield t("receipt.beyond", **values)
    else:
        yield t("receipt.border" if row["neighbour"] else "receipt.border_open", **values)
    yield from _building(t, row)
    if row["doubtful"] and row["rule"] == "building":
        yield t("receipt.doubtful_building")
    elif row["doubtful"]:
        yield t("receipt.doubtful", accuracy=_metres(t, row["accuracy_m"]))


def _building(t: Words, row: Mapping[str, Any]) -> Iterator[str]:
    """Tell how the building in which it lies is shared out among the grids."""
    if row["building"] is None:
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


def _called(t: Words, building: Mapping[str, Any] | None) -> str:
    name = building and building["name"]
    return t("receipt.called", name=name) if name else ""


def _past(t: Words, word: Mapping[str, Any]) -> Iterator[str]:
    """Tell of what a person said once and what does not hold now."""
    if word["state"] != "standing":
        key = word["state"].replace("-", "_")
        yield t(
            f"receipt.word_{key}", **{name: word[name] for name in ("by", "until", "reason", "undone_by")}
        )


def _location(t: Words, location: Mapping[str, Any] | None, zone: tzinfo) -> Iterator[str]:
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


def _found(t: Words, location: Mapping[str, Any], zone: tzinfo) -> str:
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
