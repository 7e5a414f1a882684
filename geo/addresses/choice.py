"""Choice: which candidate is taken without asking anybody, if any.

The law: nothing is silently wrong. A candidate is taken by itself only if

1. its score is not below ``least_score``,
2. its accuracy is not above ``most_m``, and
3. every other candidate whose score comes within ``lead`` of it lies where it does: no further away than the
   less exact of the two may be off.

All else is left to a person, who is shown the candidates, or stays without a location.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from geo.addresses.candidate import Candidate


@dataclass(frozen=True)
class Terms:
    """The terms on which a candidate is taken by itself.

    Parameters
    ----------
    least_score : float
        From 0 to 1; see `geo.addresses.candidate.SCORES`.
    lead : float
        How far below the best a score must be to be passed over.
    most_m : float
        The largest accuracy, in metres.
    """

    least_score: float = 0.85
    lead: float = 0.1
    most_m: float = 150.0


def choose(candidates: Sequence[Candidate], terms: Terms) -> Candidate | None:
    """Return the candidate that is taken by itself, None where that is for a person to say.

    Parameters
    ----------
    candidates : sequence of Candidate
        The likeliest first, as `geo.addresses.finding.find` returns them.
    """
    best = next(iter(candidates), None)
    if best is None or best.score < terms.least_score or best.accuracy_m > terms.most_m:
        return None
    rivals = [one for one in candidates[1:] if best.score - one.score < terms.lead - 1e-9]
    return best if all(_agree(best, one) for one in rivals) else None


def _agree(one: Candidate, other: Candidate) -> bool:
    return hypot(one.x - other.x, one.y - other.y) <= max(one.accuracy_m, other.accuracy_m)
