"""Tallies: how many findings of each kind stand on drafts."""

from collections.abc import Sequence

from sqlalchemy import Connection, text


def counts_of(connection: Connection, ids: Sequence[int]) -> dict[int, dict[tuple[str, str], int]]:
    """Count the findings on the step that counts of each draft, by code and severity."""
    query = text(
        "select d.id, f ->> 'code', f ->> 'severity', count(*) from draft d "
        "join draft_step s on s.draft_id = d.id and s.number = d.step "
        "cross join jsonb_array_elements(s.findings) f where d.id = any(:ids) group by 1, 2, 3 order by 1, 2"
    )
    counts: dict[int, dict[tuple[str, str], int]] = {}
    for draft_id, code, severity, count in connection.execute(query, {"ids": list(ids)}).all():
        counts.setdefault(draft_id, {})[code, severity] = count
    return counts
