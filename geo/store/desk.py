"""The tables of the desk: drafts on their way to publication, what was asked for once, and who did what."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.columns import id_column, metadata, reference

STATES = ("reading", "choosing", "open", "published", "discarded", "refused")
"""Of a draft: being read; waiting for what only a person can say; ready; and the three ends."""

ACTIONS = ("read", "mend", "draw")
"""What a step of a draft did."""


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=column)


def _json(name: str, default: str = "{}") -> Column[object]:
    return Column(name, JSONB, nullable=False, server_default=text(f"'{default}'"))


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


draft = Table(
    "draft",
    metadata,
    id_column(),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="reading"),
    Column("name", Text, nullable=False),
    # None for a drawing, which has no file.
    Column("sha256", Text),
    Column("source", Text, nullable=False),
    Column("basis", Text),
    Column("level", Text),
    Column("since", Date),
    _json("said"),
    _json("facts"),
    _json("candidates", "[]"),
    Column("error", JSONB),
    # The release that the draft is compared with; None where nothing was published.
    reference("base_number", "release.number", nullable=True),
    # The step that counts; those after it were undone.
    Column("step", Integer),
    reference("release_number", "release.number", nullable=True),
    _moment("created_at"),
    Column("created_by", Text, nullable=False),
    _moment("changed_at"),
    _one_of("state", STATES),
)
Index("draft_state_idx", draft.c.state, draft.c.id)

draft_step = Table(
    "draft_step",
    metadata,
    Column("draft_id", BigInteger, ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("action", Text, nullable=False),
    _json("details"),
    _json("findings", "[]"),
    # GeoParquet, so that every bit of every coordinate is kept.
    Column("frame", LargeBinary, nullable=False),
    _moment("made_at"),
    Column("made_by", Text, nullable=False),
    CheckConstraint("number >= 0", name="number"),
    _one_of("action", ACTIONS),
)

answered = Table(
    "answered",
    metadata,
    # The idempotency key that a client chose; the same request is answered once.
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
    _moment("at"),
    CheckConstraint("length(key) between 1 and 200", name="key"),
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    _moment("at"),
    Column("by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    _json("details"),
)
Index("audit_subject_idx", audit.c.subject, audit.c.id)

remembered = Table(
    "remembered",
    metadata,
    # What an office's files of a kind needed to be told, by the headers that they have.
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("headers", Text, primary_key=True),
    Column("said", JSONB, nullable=False),
    _moment("at"),
)
