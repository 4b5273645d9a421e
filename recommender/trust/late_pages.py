"""Pages that were being made while their user was erased are not kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from recommender.pages.impressions import Impression
from recommender.ports.erasures import ErasureLedger
from recommender.ports.stores import ImpressionLog
from recommender.trust.audit import subject_of


@dataclass(frozen=True, slots=True)
class TimelyImpressions:
    """Keep pages as the log behind it does, but for those of users who asked to be erased since the page was asked for.

    One look at the ledger after each page is written: an erasure that comes later finds the page.
    """

    log: ImpressionLog
    ledger: ErasureLedger

    def append(self, impression: Impression) -> None:
        """Write one page, unless it is too late for it."""
        self.log.append(impression)
        subject = subject_of(impression.user)
        erasure = self.ledger.get_many([subject]).get(subject)
        if erasure is not None and erasure.asked_at >= impression.at:
            self.log.erase(impression.user)

    def since(self, moment: datetime) -> Iterator[Impression]:
        """Yield the pages shown after ``moment``."""
        return self.log.since(moment)

    def get(self, recommendation_id: str) -> Impression | None:
        """Return the page with this id."""
        return self.log.get(recommendation_id)

    def of_user(self, user: str, *, latest: int | None = None) -> list[Impression]:
        """Return the pages shown to one user."""
        return self.log.of_user(user, latest=latest)

    def users(self) -> Iterator[str]:
        """Yield every user that has pages."""
        return self.log.users()

    def erase(self, user: str) -> int:
        """Remove the pages of a user."""
        return self.log.erase(user)

    def expire(self, before: datetime) -> int:
        """Remove pages older than ``before``."""
        return self.log.expire(before)
