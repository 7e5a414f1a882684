"""The list behind a figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from maps import notation
from maps.page import Context, Page, render
from maps.words import words

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "enterprises": (
            "name", "credit_code", "workers", "status", "grid", "candidates", "minutes", "reached",
        ),
        "stations": ("name", "kind", "category", "functions", "opening_hours", "address", "grid"),
        "grids": (
            "code", "name", "kind", "organisations", "enterprises", "workers", "area_m2", "reached",
        ),
        "organisations": ("name", "kind", "valid_from", "grids"),
    }
)  # fmt: skip
"""List → its columns, in order; a column that no row has is left out."""

COUNTS = frozenset({"workers", "minutes", "enterprises", "area_m2"})
LACKING = frozenset({"unassigned", "ambiguous"})


@dataclass(frozen=True)
class Cell:
    """What stands in one cell: a text, and what it opens or how it is marked."""

    text: str
    address: str | None = None
    mark: str | None = None
    count: bool = False


@dataclass(frozen=True)
class Heading:
    """The title of a column, and whether it holds counts."""

    title: str
    count: bool


def list_page(context: Context, table: Mapping[str, Any]) -> Page:
    """Return the page of a list.

    Parameters
    ----------
    context : Context
        What every page knows.
    table : mapping
        ``list`` (a key of `COLUMNS`), ``filters`` (as in the address), ``rows``, ``total``,
        ``page``, ``pages``.
    """
    t = words(context.language)
    name, filters = table["list"], dict(table.get("filters") or {})
    names = [c for c in COLUMNS[name] if any(c in row for row in table["rows"])]
    return render(
        "list.html",
        context,
        values={
            "table": table,
            "title": t(f"list.{name}"),
            "filters": _filter_texts(context, filters),
            "columns": [Heading(t(f"column.{c}"), c in COUNTS) for c in names],
            "rows": [[_cell(context, name, c, _value(row, c)) for c in names] for row in table["rows"]],
            "before": _neighbour(context, table, filters, -1),
            "after": _neighbour(context, table, filters, +1),
            "unplaced": name == "enterprises" and _is_without_location(filters),
        },
    )


def _is_without_location(filters: Mapping[str, Any]) -> bool:
    return filters.get("box") == "no_location" or filters.get("located") in ("no", "false", "0")


def _neighbour(
    context: Context, table: Mapping[str, Any], filters: Mapping[str, Any], step: int
) -> str | None:
    page = table["page"] + step
    if not 1 <= page <= table["pages"]:
        return None
    return context.list_address(table["list"], **{**filters, "page": page})


def _filter_texts(context: Context, filters: Mapping[str, Any]) -> list[str]:
    t = words(context.language)
    texts = []
    for key, value in filters.items():
        for item in value if isinstance(value, list) else [value]:
            otherwise = f"{t.known(f'column.{key}', key)}: {_named(context, item)}"
            texts.append(t.known(f"filter.{key}_{item}", t.known(f"filter.{key}", otherwise, value=item)))
    return texts


def _value(row: Mapping[str, Any], column: str) -> Any:
    """Return a row's value; what has no name goes by its id."""
    return row.get(column) or (row.get("source_id") if column == "name" else row.get(column))


def _cell(context: Context, name: str, column: str, value: Any) -> Cell:
    t = words(context.language)
    count = column in COUNTS
    if value is None or value == "" or value == []:
        return Cell("–", count=count)
    if column == "status":
        return Cell(t.known(f"status.{value}", str(value)), mark="lacking" if value in LACKING else "fine")
    if column == "reached":
        return Cell(t("column.yes" if value else "column.no"), mark="fine" if value else "lacking")
    if count:
        form = {"minutes": notation.minutes, "area_m2": notation.area}.get(column, notation.number)
        return Cell(form(value, context.language), count=True)
    if column in ("grid", "parent") or (column == "code" and name == "grids"):
        return Cell(str(value), address=context.grid_address(str(value)))
    if isinstance(value, list):
        return Cell(t("unit.and").join(_named(context, item) for item in value))
    return Cell(_named(context, value))


def _named(context: Context, value: Any) -> str:
    profile = context.profile
    text = str(value)
    return context.title(profile.kind_titles.get(text) or profile.functions.get(text), text)
