"""The ledger of erasures: what must stay erased, without naming anybody."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """The erasures of one user.

    Attributes
    ----------
    subject
        One-way hash of the pseudonym, as ``recommender.trust.audit.subject_of`` makes it.
    number
        How many were asked for.
    asked_at
        When the latest one was asked for.
    erased
        How many are done: those up to this number.
    user
        The pseudonym, for as long as an erasure is under way and somebody has to know whom it is about.
    """

    subject: str
    number: int
    asked_at: datetime
    erased: int = 0
    user: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether one was asked for and is not done."""
        return self.number > self.erased


class ErasureLedger(Protocol):
    """Keep every erasure for good. Thread-safe; raises ``Unavailable`` when out of reach."""

    def ask(self, user: str, *, at: datetime) -> Erasure:
        """Note that a user asks to be erased, once more than before; durable on return."""
        ...

    def forget(self, subject: str, *, number: int) -> None:
        """Forget the pseudonym: nothing is left to erase of it, unless more than ``number`` erasures were asked for by now."""
        ...

    def close(self, subject: str, *, number: int) -> None:
        """Note that the erasures up to ``number`` are done, and forget the pseudonym as ``forget`` does."""
        ...

    def get_many(self, subjects: Sequence[str]) -> dict[str, Erasure]:
        """Return the erasures of those of the subjects who asked for one."""
        ...

    def all(self) -> Iterator[Erasure]:
        """Yield everybody's, in the order of subjects."""
        ...

    def merge(self, erasures: Iterable[Erasure]) -> None:
        """Take over what another list knows: of each subject the higher number, under way until it is closed; names come with none."""
        ...
