"""Quarters: land divided into quarters, lots and leaves, and what each lot is for."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from geo.demo.cuts import Ring, best_cut, ring_area, ring_centre
from geo.demo.ground import Ground, Trace
from geo.demo.plan import Plan

_SLIVER_M2 = 12_000.0
_SECONDARY_M2, _TERTIARY_M2 = 500_000.0, 170_000.0


@dataclass(frozen=True)
class Division:
    """Land divided.

    Parameters
    ----------
    rings : tuple of ndarray (n, 2)
        The parts.
    parents : ndarray (parts,)
        Position of the ring that each part was cut from.
    cuts : tuple of (ndarray (2, 2), float)
        The chords in the order of cutting, with the area in m² that each divided.
    nodes : ndarray (m, 2)
        The nodes handed in and the ends of the chords.
    """

    rings: tuple[Ring, ...]
    parents: NDArray[np.int64]
    cuts: tuple[tuple[Ring, float], ...]
    nodes: NDArray[np.float64]


@dataclass(frozen=True)
class Quarters:
    """The land of the district, divided down to its leaves.

    Parameters
    ----------
    leaves : tuple of ndarray (n, 2)
        The smallest parts: the leaves of work lots are grids (micro-grids at the small scale).
    lots : ndarray (leaves,)
        The lot of each leaf.
    quarter, use : ndarray (lots,)
        The quarter of each lot; its use, ``work``, ``living`` or ``green``.
    heat : ndarray (lots,)
        How strongly work clusters there, from 0 to about 1.
    traces : tuple of Trace
        All lines, those of the ground included.
    """

    leaves: tuple[Ring, ...]
    lots: NDArray[np.int64]
    quarter: NDArray[np.int64]
    use: NDArray[np.str_]
    heat: NDArray[np.float64]
    traces: tuple[Trace, ...]


def divide_quarters(plan: Plan, ground: Ground, rng: np.random.Generator) -> Quarters:
    """Divide the ground by streets into quarters and lots, and the lots of work into leaves."""
    quarters = divide(ground.land, lambda _: plan.quarter_m2, ground.nodes, rng)
    lots = divide(quarters.rings, lambda ring: _lot_size(plan, ring), quarters.nodes, rng)
    heat = _heat(plan, lots.rings, lots.parents, rng)
    use = _uses(plan, lots.rings, heat, rng)
    counts = _quotas(plan, lots.rings, heat, use)
    leaves = split(lots.rings, counts, lots.nodes, rng)
    streets = [
        Trace(LineString(line), _rank(area), 100 + n)
        for n, (line, area) in enumerate(quarters.cuts + lots.cuts)
    ]
    inner = [Trace(LineString(line), "inner", -1) for line, _ in leaves.cuts]
    return Quarters(
        leaves=leaves.rings,
        lots=leaves.parents,
        quarter=lots.parents,
        use=use,
        heat=heat,
        traces=(*ground.traces, *streets, *inner),
    )


def divide(
    rings: tuple[Ring, ...],
    size_m2: Callable[[Ring], float],
    nodes: NDArray[np.float64],
    rng: np.random.Generator,
) -> Division:
    """Cut each ring until its parts are no larger than about the size wanted there."""
    parts, parents, cuts, known = [], [], [], nodes
    stack = [(ring, n) for n, ring in reversed(list(enumerate(rings)))]
    while stack:
        ring, parent = stack.pop()
        area = ring_area(ring)
        enough = area <= size_m2(ring) * rng.uniform(0.7, 1.45)
        cut = None if enough else best_cut(ring, share=rng.uniform(0.4, 0.6), nodes=known, rng=rng)
        if cut is None:
            parts.append(ring)
            parents.append(parent)
            continue
        cuts.append((cut.line, area))
        known = np.vstack([known, cut.line])
        stack += [(part, parent) for part in cut.parts]
    return Division(tuple(parts), np.array(parents), tuple(cuts), known)


def split(
    rings: tuple[Ring, ...],
    counts: NDArray[np.int64],
    nodes: NDArray[np.float64],
    rng: np.random.Generator,
) -> Division:
    """Cut each ring into exactly so many parts; a part that cannot be cut is made up for by another.

    The sum of the counts is kept always, a single count nearly always.
    """
    parts, cuts, known = [], [], nodes
    stack = [(ring, n, int(counts[n])) for n, ring in reversed(list(enumerate(rings)))]
    owed = 0
    while stack:
        ring, parent, count = stack.pop()
        share = (count // 2) / count
        cut = best_cut(ring, share=share, nodes=known, rng=rng) if count > 1 else None
        if cut is None:
            parts.append((ring, parent))
            owed += count - 1
        else:
            cuts.append((cut.line, ring_area(ring)))
            known = np.vstack([known, cut.line])
            large, small = sorted(cut.parts, key=ring_area, reverse=True)
            stack += [(large, parent, count - count // 2), (small, parent, count // 2)]
        if not stack and owed:
            largest = max(range(len(parts)), key=lambda p: _cuttable(parts[p], counts))
            stack, owed = [(*parts.pop(largest), 2)], owed - 1
    parts.sort(key=lambda part: part[1])
    owners = np.array([parent for _, parent in parts])
    return Division(tuple(ring for ring, _ in parts), owners, tuple(cuts), known)


def _cuttable(part: tuple[Ring, int], counts: NDArray[np.int64]) -> float:
    """Return the area of a part whose lot is divided at all."""
    ring, parent = part
    return ring_area(ring) if counts[parent] > 1 else 0.0


def _rank(area_m2: float) -> str:
    if area_m2 > _SECONDARY_M2:
        return "secondary"
    return "tertiary" if area_m2 > _TERTIARY_M2 else "residential"


def _lot_size(plan: Plan, ring: Ring) -> float:
    x, y, radius = plan.hotspots[0]
    away = float(np.hypot(*(ring_centre(ring) - (x, y)))) / (2.5 * radius)
    inner, outer = plan.lot_m2
    return inner + (outer - inner) * min(away, 1.0)


def _heat(
    plan: Plan, rings: tuple[Ring, ...], quarter: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.float64]:
    centres = np.array([ring_centre(ring) for ring in rings])
    spots = np.array(plan.hotspots, dtype=np.float64)
    away = np.hypot(*(centres[:, None] - spots[None, :, :2]).transpose(2, 0, 1)) / spots[:, 2]
    near = np.exp(-0.5 * away**2).max(axis=1)
    mood = rng.normal(0.0, 0.10, int(quarter.max()) + 1)[quarter]
    heat: NDArray[np.float64] = near + mood + rng.normal(0.0, 0.07, len(rings))
    return heat.clip(0.02, 1.2)


def _uses(
    plan: Plan, rings: tuple[Ring, ...], heat: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.str_]:
    """Give the hottest lots to work, some of the others and all slivers to green."""
    area = np.array([ring_area(ring) for ring in rings])
    order = np.argsort(-np.where(area < _SLIVER_M2, 0.0, heat), kind="stable")
    if plan.micro_per_grid:
        work = order[: plan.grids]
    else:
        work = order[np.cumsum(area[order]) <= plan.work_share * area.sum()]
    use = np.where(rng.random(len(rings)) < 0.07, "green", "living")
    use[area < _SLIVER_M2] = "green"
    use[work] = "work"
    return use


def _quotas(
    plan: Plan, rings: tuple[Ring, ...], heat: NDArray[np.float64], use: NDArray[np.str_]
) -> NDArray[np.int64]:
    """Return into how many leaves each lot is divided; those of work add up to the plan's count."""
    work = use == "work"
    if plan.micro_per_grid:
        return np.where(work, plan.micro_per_grid, 1)
    area = np.array([ring_area(ring) for ring in rings])
    weight = np.where(work, area * (0.35 + heat), 0.0)
    wanted = weight / weight.sum() * plan.grids
    counts = np.where(work, np.maximum(np.floor(wanted), 1), 1).astype(np.int64)
    while (left := plan.grids - int(counts[work].sum())) != 0:
        step = int(np.sign(left))
        gain = np.where(work & (counts + step > 0), step * (wanted - counts), -np.inf)
        counts[int(np.argmax(gain))] += step
    return counts
