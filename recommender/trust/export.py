"""Export: everything that is held of a user, with an index that says what each part is, in pages that every gateway can carry."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from recommender.errors import InvalidInput
from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression
from recommender.ports.erasures import ErasureLedger
from recommender.ports.stores import AuditLog
from recommender.tastes.preferences import Consent, Preferences
from recommender.tastes.taste import Taste
from recommender.trust.audit import Entry, subject_of
from recommender.trust.holdings import Holdings
from recommender.trust.kinds import KINDS

# Lambda answers with at most 6 MB: 10,000 interactions are some 4 MB. A page of recommendations weighs as much as these many.
PAGE: Final = 10_000
_IMPRESSION: Final = 10
_PARTS: Final = ("interactions", "impressions", "audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the export: what it is, how much of it there is, what its fields mean and how long it is kept."""

    part: str
    what: str
    count: int
    fields: Mapping[str, str]
    retention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One page of an export; what a later page does not bring again is ``None`` or empty in it.

    Attributes
    ----------
    index
        On the first page: every part.
    next
        What the following page is asked for with; ``None`` on the last one.
    """

    index: Sequence[Part]
    consent: str | None
    preferences: Preferences | None
    taste: Taste | None
    interactions: Sequence[Interaction]
    impressions: Sequence[Impression]
    audit: Sequence[Entry]
    erasures: Sequence[datetime]
    next: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: in which part, and after what."""

    part: str = _PARTS[0]
    after: int = 0
    last: tuple[str, str] | None = None

    def token(self) -> str:
        told = json.dumps(asdict(self), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(told).rstrip(b"=").decode("ascii")

    @classmethod
    def of_token(cls, token: str) -> "_Place":
        try:
            told = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
            last = (str(told["last"][0]), str(told["last"][1])) if told["last"] else None
            place = cls(str(told["part"]), int(told["after"]), last)
            moment = datetime.fromisoformat(last[0]) if last else None
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise _refused(token) from error
        if place.part not in _PARTS or place.after < 0 or (moment is not None and moment.tzinfo is None):
            raise _refused(token)
        return place


@dataclass(frozen=True, slots=True)
class Export:
    """Give out what is held."""

    holdings: Holdings
    ledger: ErasureLedger
    audit: AuditLog

    def page(self, user: str, *, cursor: str | None = None, size: int = PAGE) -> Exported:
        """Return one page: at most ``size`` interactions, or fewer pages and audit entries, which are larger.

        Raises
        ------
        InvalidInput
            If no page of an export ended with ``cursor``.
        """
        place, is_first = (_Place(), True) if cursor is None else (_Place.of_token(cursor), False)
        room, parts = size, dict[str, list[Any]]({part: [] for part in _PARTS})
        following: _Place | None = place
        while following is not None and room > 0:
            part, weight = following.part, _IMPRESSION if following.part == "impressions" else 1
            rows, following = self._rows(user, following, limit=max(1, room // weight))
            parts[part] += rows
            room -= weight * len(rows)
        held = self.holdings
        asked = held.preferences.get(user) if is_first else None
        subject = subject_of(user)
        erasure = self.ledger.get_many([subject]).get(subject) if is_first else None
        return Exported(
            index=self._index(user) if is_first else (),
            consent=(asked.consent if asked else Consent.PERSONAL).value if is_first else None,
            preferences=asked,
            taste=held.tastes.get(user) if is_first else None,
            interactions=parts["interactions"],
            impressions=parts["impressions"],
            audit=parts["audit"],
            erasures=[erasure.asked_at] if erasure else [],
            next=following.token() if following else None,
        )

    def _rows(self, user: str, place: _Place, *, limit: int) -> tuple[list[Any], _Place | None]:
        """Return rows of one part from a place on, and the place after them."""
        if place.part == "interactions":
            acts = self.holdings.log.page_of(user, limit=limit, after=_act_at(place.last, user))
            if len(acts) == limit:
                return acts, _Place("interactions", last=(acts[-1].at.isoformat(), acts[-1].interaction_id))
            return acts, _Place("impressions")
        if place.part == "impressions":
            pages = self.holdings.impressions.of_user(user)[place.after : place.after + limit]
            return pages, _Place("impressions", place.after + limit) if len(pages) == limit else _Place("audit")
        entries = self._audited(user, after=place.after, limit=limit)
        return entries, _Place("audit", entries[-1].number) if len(entries) == limit else None

    def _audited(self, user: str, *, after: int, limit: int) -> list[Entry]:
        subject, found = subject_of(user), list[Entry]()
        for entry in self.audit.entries(after=after):
            if entry.act.subject == subject:
                found.append(entry)
                if len(found) == limit:
                    break
        return found

    def _index(self, user: str) -> list[Part]:
        counts = {**self.holdings.count(user), "audit": sum(entry.act.subject == subject_of(user) for entry in self.audit.entries())}
        counts["erasures"] = len(self.ledger.get_many([subject_of(user)]))
        return [
            Part(part=name, what=kind.what, count=counts.get(kind.counted or name, 0), fields=kind.fields, retention=kind.retention)
            for name, kind in KINDS.items()
        ]


def _act_at(last: tuple[str, str] | None, user: str) -> Interaction | None:
    """Return what stands for the last interaction of the page before: only its place is looked at."""
    if last is None:
        return None
    return Interaction(interaction_id=last[1], user=user, track_id="", kind=Kind.PLAY, at=datetime.fromisoformat(last[0]))


def _refused(token: str) -> InvalidInput:
    return InvalidInput(f"no page of an export ended with the cursor {token[:40]!r}", code="invalid_cursor", field="cursor")
