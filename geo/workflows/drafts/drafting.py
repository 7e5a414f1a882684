"""Drafting: a file that was sent is kept and entered as a draft, before anything of it is read.

So whatever breaks off afterwards can be begun again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine

from geo.contracts import CONTRACTS
from geo.doctor.inspection import Subject
from geo.errors import ConflictError, InputError
from geo.frames import Said
from geo.profile import Profile
from geo.read.sandbox.limits import WEB, Limits
from geo.store import drafts, loads, originals, releases
from geo.store.drafts import Draft
from geo.store.engine import reading, writing

NAMED = 200
FIRST = "main"
"""The office of the first file of a kind, where nobody names one."""
_OVER = ("published", "discarded")


@dataclass(frozen=True)
class Desk:
    """Where drafts are worked on: the database, the zone, where originals are kept, what reading may cost."""

    engine: Engine
    profile: Profile
    home: Path
    limits: Limits = WEB


@dataclass(frozen=True)
class Sent:
    """What came with a file.

    Parameters
    ----------
    kind : str
        A key of `geo.contracts.CONTRACTS`.
    name : str
        The file's own name.
    source : str, optional
        The office or series that it belongs to; by default the one that sent the last file of the kind.
    basis, level : str, optional
        Of grids; by default the profile's counting level.
    said : Said
        What a person says of it.
    by : str
        Who sent it.
    """

    kind: str
    name: str
    source: str | None = None
    basis: str | None = None
    level: str | None = None
    said: Said = field(default_factory=Said)
    by: str = "local"


def receive(desk: Desk, stream: IO[bytes], sent: Sent) -> Draft:
    """Keep a file and enter its draft, which is still to be checked.

    Raises
    ------
    InputError
        Where there is no such kind; ProfileError where the profile has no such level.
    """
    subject_of(desk.profile, sent.kind, source=FIRST, basis=sent.basis, level=sent.level)
    kept = originals.keep(desk.home, stream)
    with writing(desk.engine) as connection:
        number = drafts.create(
            connection,
            kind=sent.kind,
            name=Path(sent.name.replace("\\", "/")).name[-NAMED:] or "file",
            sha256=kept.name,
            source=sent.source or loads.last_source(connection, sent.kind) or FIRST,
            basis=sent.basis,
            level=sent.level,
            said=sent.said.to_dict(),
            base_number=releases.current(connection),
            created_by=sent.by,
        )
        return drafts.find(connection, number)


def subject_of(profile: Profile, kind: str, *, source: str, basis: str | None, level: str | None) -> Subject:
    """Return what a draft is said to be; InputError or ProfileError where there is no such thing."""
    if kind not in CONTRACTS:
        raise InputError(
            f"“{kind}” is no kind of file; it is one of {', '.join(CONTRACTS)}.",
            reason="kind-unknown",
            kind=kind,
        )
    if level is not None:
        profile.level(basis or profile.counting.basis, level)
    return Subject(kind, source=source, basis=basis, level=level)


def find(engine: Engine, draft_id: int) -> Draft:
    """Return a draft; NotFound where there is none of that id."""
    with reading(engine) as connection:
        return drafts.find(connection, draft_id)


def reconsider(desk: Desk, draft_id: int, words: Mapping[str, Any]) -> Draft:
    """Take down what a person says of a file; it is to be checked again.

    Parameters
    ----------
    words : mapping
        Any of the fields of `geo.frames.Said`, and ``source``, ``basis``, ``level``; None takes a word back.

    Raises
    ------
    InputError
        Where the draft has no file; ConflictError where it was published or discarded.
    """
    with writing(desk.engine) as connection:
        draft = drafts.find(connection, draft_id, lock=True)
        refuse_over(draft)
        if draft.sha256 is None:
            raise InputError(
                "The draft is a drawing, not a file; there is nothing to be read again.",
                reason="drawing-is-no-file",
            )
        said = {**Said(**draft.said).to_dict(), **{k: v for k, v in words.items() if k in asdict(Said())}}
        said["fields"] = {column: header for column, header in (said["fields"] or {}).items() if header}
        columns = {name: words[name] for name in ("source", "basis", "level") if name in words}
        columns["source"] = columns.get("source") or draft.source
        subject_of(
            desk.profile,
            draft.kind,
            source=columns["source"],
            basis=columns.get("basis", draft.basis),
            level=columns.get("level", draft.level),
        )
        drafts.change(connection, draft_id, said=said, state="reading", error=None, **columns)
        return drafts.find(connection, draft_id)


def discard(desk: Desk, draft_id: int) -> Draft:
    """Put a draft away; its original stays where it is, and of its steps what `drafts.end` says.

    Raises
    ------
    ConflictError
        Where the draft was published.
    """
    with writing(desk.engine) as connection:
        draft = drafts.find(connection, draft_id, lock=True)
        if draft.state == "published":
            refuse_over(draft)
        drafts.end(connection, draft_id, "discarded")
        return drafts.find(connection, draft_id)


def locked(connection: Connection, draft_id: int, seen: int | None = None) -> tuple[Draft, int]:
    """Return an open draft that nobody else can change until the transaction ends, and its step.

    Raises
    ------
    ConflictError
        Where it is not open, or stands at another step than the asker saw.
    """
    draft = drafts.find(connection, draft_id, lock=True)
    drafts.refuse_other_step(draft, seen)
    return draft, refuse_unread(draft)


def refuse_unread(draft: Draft) -> int:
    """Return the step that counts of an open draft.

    Raises
    ------
    ConflictError
        Where it is not open.
    """
    refuse_over(draft)
    if draft.state != "open" or draft.step is None:
        raise ConflictError(
            f"Draft {draft.id} is not open: its file is being read, or a person has to say how.",
            reason="draft-not-open",
            draft=draft.id,
            state=draft.state,
        )
    return draft.step


def refuse_over(draft: Draft) -> None:
    """Refuse to change a draft that was published or discarded, with a ConflictError."""
    if draft.state in _OVER:
        raise ConflictError(
            f"Draft {draft.id} was {draft.state} at {draft.changed_at:%Y-%m-%d %H:%M} UTC "
            "and changes no more.",
            reason="draft-over",
            draft=draft.id,
            state=draft.state,
        )
