"""Organisations: which grids have one, alone or joined with others, and since when."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.demo.grids import Grids
from geo.demo.names import MARK
from geo.demo.plan import Plan

_OWN_SHARE = 0.6
_SECOND_SHARE = 0.02
_FIRST_DAY = dt.date(2019, 3, 1)
_DAYS = 2500


def build_organisations(plan: Plan, grids: Grids, rng: np.random.Generator) -> pd.DataFrame:
    """Return organisations that cover exactly the plan's number of grids.

    Parameters
    ----------
    plan : Plan
        Its ``organisations`` and ``covered_grids`` are kept exactly.
    grids : Grids
        The grids, sorted by code; neighbours in that order join first.
    rng : Generator
        The source of all chance.

    Returns
    -------
    DataFrame
        The columns of `geo.contracts.ORGANISATIONS`, ``grid_codes`` as text joined with 、; 单建 has one
        grid, 联建 several, and a few grids have two organisations.
    """
    codes = grids.grids["code"].to_numpy()
    covered = np.sort(rng.permutation(len(codes))[: plan.covered_grids])
    own = _own(plan, grids, covered, rng)
    joint = np.setdiff1d(covered, own)
    groups = _groups(joint, plan.organisations - len(own), rng)
    lists = [[int(grid)] for grid in own] + groups
    # A grid can have two: a joint committee beside the organisation of its largest employer.
    for n in rng.permutation(len(groups))[: max(round(_SECOND_SHARE * plan.covered_grids), 1)]:
        lists[len(own) + n] = sorted({*lists[len(own) + n], int(rng.choice(own))})
    order = sorted(range(len(lists)), key=lambda n: (lists[n], n))
    since = rng.integers(0, _DAYS, len(lists)).tolist()
    return pd.DataFrame(
        {
            "source_id": [f"ZZ{n:04d}" for n in range(1, len(lists) + 1)],
            "name": [f"{MARK}第{n}{_title(lists[k])}" for n, k in enumerate(order, start=1)],
            "kind": ["单建" if len(lists[k]) == 1 else "联建" for k in order],
            "grid_codes": ["、".join(codes[lists[k]]) for k in order],
            "valid_from": [_FIRST_DAY + dt.timedelta(days=days) for days in since],
        }
    )


def _title(grids: list[int]) -> str:
    return "网格服务站" if len(grids) == 1 else "网格联合委员会"


def _own(plan: Plan, grids: Grids, covered: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the grids with an organisation of their own, independent ones first."""
    wanted = min(round(_OWN_SHARE * plan.organisations), plan.covered_grids - 1)
    # Each joint organisation needs a grid at least.
    wanted = max(wanted, plan.organisations - (plan.covered_grids - wanted))
    alone = grids.grids["kind"].to_numpy()[covered] == "独立型"
    order = np.argsort(~alone + 0.5 * rng.random(len(covered)), kind="stable")
    return np.sort(covered[order[:wanted]])


def _groups(joint: NDArray[np.int64], count: int, rng: np.random.Generator) -> list[list[int]]:
    """Cut the row of grids into so many groups, none empty."""
    cuts = np.sort(rng.permutation(len(joint) - 1)[: count - 1]) + 1
    return [group.tolist() for group in np.split(joint, cuts)]
