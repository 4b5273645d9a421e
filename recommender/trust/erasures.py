"""Erasures: who asked to be forgotten, known by a one-way hash alone, and which of a user's lives a message belongs to.

Clocks differ between machines and jump back, so no moment decides what came before an erasure. A user's lives are counted instead: each
erasure and each change of consent ends one. What is accepted bears the life in which it came, and is kept only while that life lasts.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from recommender.errors import Unavailable
from recommender.ports.erasures import ErasureLedger
from recommender.ports.stores import PreferenceStore
from recommender.tastes.preferences import Preferences
from recommender.trust.audit import subject_of

FIRST_LIFE: Final = "0.0"
UNDER_WAY: Final = "erasure_under_way"


@dataclass(frozen=True, slots=True)
class Life:
    """Where a user stands: how many erasures they asked for, how often they changed their consent, and whether an erasure is under way."""

    erasures: int = 0
    consents: int = 0
    is_ending: bool = False

    @property
    def name(self) -> str:
        """The life as messages bear it."""
        return f"{self.erasures}.{self.consents}"


@dataclass(frozen=True, slots=True)
class Lives:
    """Tell in which life users are."""

    ledger: ErasureLedger
    preferences: PreferenceStore

    def of(self, users: Collection[str]) -> dict[str, Life]:
        """Return the life of each user."""
        return self.among(users, self.preferences.get_many(sorted(users)))

    def among(self, users: Collection[str], asked: Mapping[str, Preferences]) -> dict[str, Life]:
        """Return the life of each user whose preferences are at hand."""
        subjects = {user: subject_of(user) for user in users}
        known = self.ledger.get_many(sorted(subjects.values()))
        lives = {}
        for user, subject in subjects.items():
            consents = asked[user].consent_changes if user in asked else 0
            erasure = known.get(subject)
            lives[user] = Life(erasure.number, consents, erasure.is_under_way) if erasure else Life(consents=consents)
        return lives

    @contextmanager
    def lasting(self, user: str, *, undo: Callable[[str], object]) -> Iterator[None]:
        """Let something be written of a user, and take it back with ``undo`` if they asked to be erased meanwhile.

        Raises
        ------
        Unavailable
            If an erasure of theirs is under way, or was asked for meanwhile.
        """
        before = self._erasures(user)
        yield
        if self._erasures(user) != before:
            undo(user)
            raise _ending()

    def _erasures(self, user: str) -> int:
        subject = subject_of(user)
        erasure = self.ledger.get_many([subject]).get(subject)
        if erasure is not None and erasure.is_under_way:
            raise _ending()
        return erasure.number if erasure else 0


def ending_of(users: Iterable[str], lives: Mapping[str, Life]) -> Unavailable | None:
    """Return why something must come again: an erasure of one of its users is under way; ``None`` if none is."""
    return _ending() if any(lives[user].is_ending for user in users) else None


def _ending() -> Unavailable:
    return Unavailable("an erasure of this user is under way: ask again in a moment", code=UNDER_WAY)
