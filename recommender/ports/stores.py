"""The stores of listening, tastes, pages, versions and keys. All are thread-safe and raise ``Unavailable`` when out of reach."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression
from recommender.serving import Serving
from recommender.tastes.preferences import Preferences
from recommender.tastes.taste import Taste
from recommender.trust.audit import Act, Entry
from recommender.trust.credentials import Key


@dataclass(frozen=True, slots=True)
class Trend:
    """How much a track has been listened to lately: decayed plays, and by how many distinct users."""

    track_id: str
    plays: float
    listeners: int


class InteractionLog(Protocol):
    """Keep every interaction once, in durable order."""

    def append(self, interactions: Sequence[Interaction]) -> list[Interaction]:
        """Write those whose ``interaction_id`` is new, all in one transaction, and return these; durable on return."""
        ...

    def of_user(self, user: str, *, limit: int | None = None, kind: Kind | None = None) -> list[Interaction]:
        """Return a user's interactions, of one kind or of all, newest first (ties by id)."""
        ...

    def of_users(self, users: Sequence[str], *, limit: int | None = None, kind: Kind | None = None) -> dict[str, list[Interaction]]:
        """Return for each of the users (each once) what ``of_user`` returns, in one round trip where the store can."""
        ...

    def until(self, cutoff: datetime) -> Iterator[Interaction]:
        """Yield all interactions that are not private and not later than ``cutoff``, oldest first."""
        ...

    def trending(self, *, now: datetime, half_life_days: float, window_days: int, limit: int) -> list[Trend]:
        """Return the tracks most played, liked or saved lately, highest first, ties by id.

        Counted is what ``recommender.trends.is_counted`` says, on the UTC day of ``now`` and the ``window_days`` days before it, each
        act faded by its age in whole days. ``now`` is the present: no later acts are looked for. It answers in a few milliseconds.
        """
        ...

    def users(self) -> Iterator[str]:
        """Yield every user (pseudonym) that has an interaction."""
        ...

    def count(self) -> int:
        """Return how many interactions are kept."""
        ...

    def count_of(self, user: str) -> int:
        """Return how many interactions of a user are kept."""
        ...

    def page_of(self, user: str, *, limit: int, after: Interaction | None = None) -> list[Interaction]:
        """Return a user's interactions in the order of ``of_user``, from the one that follows ``after`` on."""
        ...

    def first_public(self, user: str) -> datetime | None:
        """Return when the oldest of a user's interactions that are not private happened."""
        ...

    def remove(self, interactions: Sequence[Interaction]) -> int:
        """Remove those of the interactions that are kept (by user, moment and id) and return how many there were."""
        ...

    def erase(self, user: str) -> int:
        """Remove all of a user's interactions and return how many there were."""
        ...

    def expire(self, before: datetime) -> int:
        """Remove interactions older than ``before`` and return how many there were."""
        ...


class TasteStore(Protocol):
    """Keep one taste a user, written with optimistic concurrency."""

    def get(self, user: str) -> Taste | None:
        """Return the user's taste."""
        ...

    def get_many(self, users: Sequence[str]) -> dict[str, Taste]:
        """Return the tastes of those of the users who have one."""
        ...

    def revisions(self, users: Sequence[str]) -> dict[str, int]:
        """Return the revisions alone of the tastes of those of the users who have one."""
        ...

    def put(self, taste: Taste) -> Taste:
        """Write a taste and return it with its next revision.

        Raises
        ------
        Conflict
            If ``taste.revision`` is not the stored one (0 for a user who is new).
        """
        ...

    def put_many(self, tastes: Sequence[Taste]) -> list[Taste]:
        """Write each taste whose revision is the stored one and return these with their next revisions; the others are left out.

        Each is of another user, and each is written for itself: not all or none.
        """
        ...

    def users(self) -> Iterator[str]:
        """Yield every user (pseudonym) that has a taste."""
        ...

    def erase(self, user: str) -> int:
        """Remove the user's taste and return how many there were (0 or 1)."""
        ...


class PreferenceStore(Protocol):
    """Keep what a user asked for."""

    def get(self, user: str) -> Preferences | None:
        """Return the user's preferences."""
        ...

    def get_many(self, users: Sequence[str]) -> dict[str, Preferences]:
        """Return the preferences of those of the users who have some."""
        ...

    def put(self, preferences: Preferences) -> None:
        """Write the user's preferences over the former ones."""
        ...

    def users(self) -> Iterator[str]:
        """Yield every user (pseudonym) that has preferences; a look at the whole store, for restores."""
        ...

    def erase(self, user: str) -> int:
        """Remove them and return how many there were (0 or 1)."""
        ...


class ImpressionLog(Protocol):
    """Keep which page was shown to whom, for accounting."""

    def append(self, impression: Impression) -> None:
        """Write one page; losing the last ones in a power cut is allowed."""
        ...

    def since(self, moment: datetime) -> Iterator[Impression]:
        """Yield the pages shown after ``moment``, oldest first."""
        ...

    def get(self, recommendation_id: str) -> Impression | None:
        """Return the page with this id."""
        ...

    def of_user(self, user: str, *, latest: int | None = None) -> list[Impression]:
        """Return the pages shown to one user, oldest first: all of them, or the ``latest`` ones."""
        ...

    def users(self) -> Iterator[str]:
        """Yield every user (pseudonym) that has pages; a look at the whole store, for restores."""
        ...

    def erase(self, user: str) -> int:
        """Remove the pages of a user and return how many there were."""
        ...

    def expire(self, before: datetime) -> int:
        """Remove pages older than ``before`` and return how many there were."""
        ...


class ServingStore(Protocol):
    """Keep which slot and version each space serves: the one switch of a swap."""

    def get(self) -> Serving:
        """Return what is served now; a store that was never written answers ``Serving()``."""
        ...

    def put(self, serving: Serving) -> Serving:
        """Switch, and return it with its next revision.

        Raises
        ------
        Conflict
            If ``serving.revision`` is not the stored one.
        """
        ...


class Tallies(Protocol):
    """Keep counts by name, day and key: showings, outcomes, segments won. They hold no user."""

    def add(self, name: str, counts: Mapping[str, float], *, day: int) -> None:
        """Add to the counts of a UTC day (see ``recommender.trends.day_of``); losing the last ones in a power cut is allowed."""
        ...

    def read(self, name: str, *, since: int, keys: Sequence[str] | None = None) -> dict[str, float]:
        """Return each key's sum from the day ``since`` on: of all keys, or of those given that have any."""
        ...

    def expire(self, before: int) -> int:
        """Remove the counts of days before ``before`` and return how many there were."""
        ...


class AuditLog(Protocol):
    """Keep the chain of what was done to personal data and to the service; nothing in it is ever changed."""

    def append(self, act: Act) -> Entry:
        """Seal an act onto the end of the chain, whoever else appends at the same time; durable on return."""
        ...

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """Yield entries, oldest first, from the one after number ``after`` on."""
        ...


class KeyStore(Protocol):
    """Keep API keys by id, never their secrets."""

    def put(self, key: Key) -> None:
        """Write a key over the former one of its id."""
        ...

    def get(self, key_id: str) -> Key | None:
        """Return the key."""
        ...

    def all(self) -> list[Key]:
        """Return every key, the oldest first, revoked ones too."""
        ...


class ReceiptStore(Protocol):
    """Keep the receipts of erasures."""

    def put(self, receipt_id: str, receipt: Mapping[str, object]) -> None:
        """Write a receipt (JSON values)."""
        ...

    def get(self, receipt_id: str) -> Mapping[str, object] | None:
        """Return a receipt."""
        ...
