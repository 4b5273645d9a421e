"""A ledger of erasures in a dictionary."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from recommender.ports.erasures import Erasure
from recommender.trust.audit import subject_of


class FakeErasureLedger:
    """Keep erasures in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Erasure] = {}

    def ask(self, user: str, *, at: datetime) -> Erasure:
        subject = subject_of(user)
        former = self.kept.get(subject)
        number, erased = (former.number + 1, former.erased) if former else (1, 0)
        self.kept[subject] = Erasure(subject=subject, number=number, asked_at=at, erased=erased, user=user)
        return self.kept[subject]

    def forget(self, subject: str, *, number: int) -> None:
        if subject in self.kept and self.kept[subject].number <= number:
            self.kept[subject] = replace(self.kept[subject], user=None)

    def close(self, subject: str, *, number: int) -> None:
        if subject in self.kept:
            self.kept[subject] = replace(self.kept[subject], erased=max(number, self.kept[subject].erased))
        self.forget(subject, number=number)

    def get_many(self, subjects: Sequence[str]) -> dict[str, Erasure]:
        return {subject: self.kept[subject] for subject in subjects if subject in self.kept}

    def all(self) -> Iterator[Erasure]:
        return iter([self.kept[subject] for subject in sorted(self.kept)])

    def merge(self, erasures: Iterable[Erasure]) -> None:
        for one in erasures:
            former = self.kept.get(one.subject)
            if former is None:
                self.kept[one.subject] = replace(one, erased=0, user=None)
            elif former.number < one.number:
                self.kept[one.subject] = replace(former, number=one.number, asked_at=max(former.asked_at, one.asked_at))
