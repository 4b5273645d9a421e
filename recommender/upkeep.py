"""Upkeep: renew the tastes that are behind, and let go of what is older than is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from recommender.feedback import RETENTION
from recommender.ports.stores import ImpressionLog, InteractionLog, ServingStore
from recommender.tastes import Tastes

IMPRESSIONS_KEPT: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Keep tastes in step with what serves, and the logs within their retention."""

    log: InteractionLog
    impressions: ImpressionLog
    serving: ServingStore
    tastes: Tastes

    def run(self, *, now: datetime) -> Mapping[str, int]:
        """Return how many tastes were renewed and how many old entries were removed."""
        expired = self.log.expire(now - RETENTION)
        shown = self.impressions.expire(now - IMPRESSIONS_KEPT)
        serving = self.serving.get()
        renewed = 0
        for user in self.log.users():
            former = self.tastes.store.get(user)
            current = self.tastes.current(user, serving, now=now) if former else self.tastes.renew(user, now=now)
            renewed += former is None or (current is not None and current.revision != former.revision)
        return {"renewed": renewed, "interactions_expired": expired, "impressions_expired": shown}
