"""The audit log: who touched personal data or ran the service, entry by entry, each sealed with the one before it.

An entry's digest covers its content and the digest of the entry before, so that changing, removing or inserting one breaks every digest
after it (Schneier and Kelsey, "Secure audit logs to support computer forensics", TISSEC 1999, section 3, without the forward key).
Cutting entries off the end leaves a whole chain: compare the head with one that was noted elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

START: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What was done.

    Attributes
    ----------
    actor
        Who did it: an API key's id, ``user`` for a user's own token, or ``console`` for the command line beside the library.
    action
        What: ``taste.read``, ``user.erase``, ``models.promote`` ...
    subject
        Whose data it was, as ``subject_of`` names a user, or what was acted on; ``None`` for neither.
    outcome
        How it ended: ``done`` or the code of the error.
    """

    at: datetime
    actor: str
    action: str
    subject: str | None = None
    outcome: str = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An act in its place in the chain; numbers count from 1."""

    number: int
    act: Act
    before: str
    digest: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found: how many entries hold, the head's digest, and the first entry that does not hold."""

    entries: int
    head: str
    broken: int | None = None
    reason: str | None = None


def sealed(act: Act, *, after: Entry | None) -> Entry:
    """Return the entry that follows ``after``, or the first one."""
    number, before = (after.number + 1, after.digest) if after else (1, START)
    return Entry(number=number, act=act, before=before, digest=_digest(number, act, before))


def verify(entries: Iterable[Entry]) -> Verdict:
    """Check a chain from its first entry on."""
    count, head = 0, START
    for entry in entries:
        if entry.number != count + 1:
            return Verdict(count, head, count + 1, f"entry {count + 1} is missing: {entry.number} follows {count}")
        if entry.before != head or entry.digest != _digest(entry.number, entry.act, entry.before):
            return Verdict(count, head, entry.number, f"entry {entry.number} is not what was written")
        count, head = entry.number, entry.digest
    return Verdict(count, head)


def subject_of(user: str) -> str:
    """Return the name of a user in the log, made from the pseudonym so that an erased pseudonym is found nowhere."""
    return "user:" + hashlib.sha256(b"audit\x00" + user.encode()).hexdigest()[:24]


def _digest(number: int, act: Act, before: str) -> str:
    told = [number, act.at.isoformat(), act.actor, act.action, act.subject, act.outcome, before]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()
