"""Headers: which column of the file means which of ours."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from geo.contracts import Contract
from geo.errors import InputError

_BRACKETED = re.compile(r"[(\[{<【〔《].*?[)\]}>】〕》]|[(\[{<【〔《].*$")
_FILLER = re.compile(r"[\s_\-]+")
_DBASE_NAME = 10

PLACE_COLUMNS = ("longitude", "latitude", "geometry")
"""Columns of a table that say where a row is; a person may name their headers too."""


def normalise(header: str) -> str:
    """Return a header without case, spaces, underscores, hyphens and bracketed parts.

    Full-width letters and digits become half-width (NFKC).

    Examples
    --------
    >>> normalise(" Grid_Code "), normalise("职工人数（人）")
    ('gridcode', '职工人数')
    """
    plain = unicodedata.normalize("NFKC", header).strip().casefold()
    bare = _FILLER.sub("", _BRACKETED.sub("", plain))
    return bare or _FILLER.sub("", plain)


def match(
    headers: Sequence[str], contract: Contract, *, cut: bool = False, said: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Find the position of the header for each column of a contract.

    A column is found under the header that a person says, else under its own name, else under the first
    of its other headers that is there. A header serves one column. Where headers are cut off at ten bytes,
    one that fills them and begins the headers of exactly one column that was not found means that column.

    Parameters
    ----------
    headers : sequence of str
        As they stand in the file.
    contract : Contract
        The columns to look for.
    cut : bool
        Whether the headers are cut off at ten bytes, as in dBASE.
    said : mapping of str to str, optional
        Column → the header that a person says; such a header serves no other column.

    Returns
    -------
    dict of str to int
        Column name → position in ``headers``; columns that are not there are left out.
    """
    plain = [normalise(header) for header in headers]
    found = {
        name: position
        for name, header in (said or {}).items()
        if name in contract.names and (position := _stated(headers, plain, header)) is not None
    }
    for column in contract.columns:
        if column.name in found:
            continue
        position = _first(plain, (column.name, *column.headers), taken=frozenset(found.values()))
        if position is not None:
            found[column.name] = position
    if cut:
        found |= _by_beginning(headers, plain, contract, found)
    return {name: found[name] for name in contract.names if name in found}


def refuse_unknown(headers: Sequence[str], contract: Contract, said: Mapping[str, str]) -> None:
    """Refuse what a person says of columns that are not ours, or of headers that the file lacks.

    Raises
    ------
    InputError
        Which names the columns, or the headers, that there are.
    """
    ours = (*contract.names, *PLACE_COLUMNS)
    plain = [normalise(header) for header in headers]
    for name, header in said.items():
        if name not in ours:
            raise InputError(
                f"“{name}” is no column of {contract.kind}; they are {', '.join(ours)}.",
                reason="column-unknown",
                kind=contract.kind,
                column=name,
                columns=list(ours),
            )
        if _stated(headers, plain, header) is None:
            there = [one for one in headers if one]
            raise InputError(
                f"The file has no header “{header}” for {name}; it has {', '.join(there[:40]) or 'none'}.",
                reason="header-unknown",
                column=name,
                header=header,
                headers=there,
            )


def telling(contract: Contract, said: Mapping[str, str]) -> Contract:
    """Return a contract that knows the headers that a person says among its own, for finding them."""
    columns = (
        replace(column, headers=(said[column.name], *column.headers)) if column.name in said else column
        for column in contract.columns
    )
    return replace(contract, columns=tuple(columns))


def find(headers: Sequence[str], aliases: Sequence[str]) -> int | None:
    """Return the position of the first alias that is among the headers, else None."""
    return _first([normalise(header) for header in headers], aliases, taken=frozenset())


def known(headers: Sequence[str], contract: Contract, extra: Sequence[str]) -> int:
    """Count the headers that mean something to a contract, or are among ``extra``."""
    meant = {normalise(alias) for alias in extra}
    for column in contract.columns:
        meant |= {normalise(alias) for alias in (column.name, *column.headers)}
    return len({normalise(header) for header in headers if header} & meant)


def _stated(headers: Sequence[str], plain: Sequence[str], header: str) -> int | None:
    """Return where a header stands that a person says: as it is, else without its spaces and case."""
    if header in headers:
        return headers.index(header)
    return _first(plain, (header,), taken=frozenset())


def _first(plain: Sequence[str], aliases: Sequence[str], *, taken: frozenset[int]) -> int | None:
    for alias in aliases:
        wanted = normalise(alias)
        for position, header in enumerate(plain):
            if header == wanted and position not in taken:
                return position
    return None


def _by_beginning(
    headers: Sequence[str], plain: Sequence[str], contract: Contract, found: dict[str, int]
) -> dict[str, int]:
    beginnings: dict[str, int] = {}
    missing = [column for column in contract.columns if column.name not in found]
    for position, header in enumerate(headers):
        if position in found.values() or not _fills_ten_bytes(header):
            continue
        start = normalise(header.rstrip("\ufffd"))
        meant = [
            column.name
            for column in missing
            if any(normalise(a).startswith(start) for a in (column.name, *column.headers))
        ]
        if start and len(meant) == 1:
            beginnings.setdefault(meant[0], position)
    return beginnings


def _fills_ten_bytes(header: str) -> bool:
    """Tell whether a header may have been cut: half a character may be missing from the ten bytes."""
    whole = header.rstrip("\ufffd")
    gbk, utf8 = len(whole.encode("gb18030", "replace")), len(whole.encode("utf-8", "replace"))
    return gbk in (_DBASE_NAME - 1, _DBASE_NAME) or utf8 in range(_DBASE_NAME - 2, _DBASE_NAME + 1)
