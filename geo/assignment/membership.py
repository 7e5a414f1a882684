"""Enterprises → the grid of a basis without geometry: an industry or a chain that they belong to by name."""

from typing import Any

import pandas as pd


def assign_by_name(names: "pd.Series[Any]", grids: pd.DataFrame) -> pd.DataFrame:
    """Give each enterprise the grid that one of its names names.

    The law is that of `geo.assignment.rule.assign`, with "is named by" in the place of "covers": by one grid,
    it is ``assigned``; by several, it gets the lowest code and is ``ambiguous``; by none, ``unassigned``. No
    row is dropped.

    Parameters
    ----------
    names : Series of list of str
        The chains or industries of each enterprise.
    grids : DataFrame
        Columns ``code`` and ``name``; index the version. A grid is named by its code or its name.

    Returns
    -------
    DataFrame
        Index of ``names``; ``version`` (Int64), ``code``, ``status``, ``rule`` (``table``, ``overlap`` or
        ``outside``) and ``candidates``.

    Examples
    --------
    >>> grids = pd.DataFrame({"code": ["C1"], "name": ["智能制造"]}, index=[7])
    >>> assign_by_name(pd.Series([["智能制造"], []]), grids)["rule"].tolist()
    ['table', 'outside']
    """
    versions: dict[str, int] = {}
    by_name: dict[str, set[str]] = {}
    for version, code, name in zip(grids.index, grids["code"], grids["name"], strict=True):
        versions[code] = version
        for word in {code, name}:
            by_name.setdefault(word, set()).add(code)
    candidates = [sorted(set().union(*(by_name.get(word, set()) for word in words))) for words in names]
    rules = ["outside" if not c else "table" if len(c) == 1 else "overlap" for c in candidates]
    statuses = {"outside": "unassigned", "table": "assigned", "overlap": "ambiguous"}
    return pd.DataFrame(
        {
            "version": pd.array([versions[c[0]] if c else pd.NA for c in candidates], dtype="Int64"),
            "code": pd.array([c[0] if c else None for c in candidates], dtype="str"),
            "status": [statuses[rule] for rule in rules],
            "rule": rules,
            "candidates": [c if len(c) > 1 else [] for c in candidates],
        },
        index=names.index,
    )
