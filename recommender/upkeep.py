"""Upkeep: renew the tastes that are behind, and let go of what is older than is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from recommender.feedback import RETENTION
from recommender.ports.queues import MessageQueues
from recommender.ports.stores import ImpressionLog, InteractionLog, ServingStore, Tallies
from recommender.tastes.preferences import Consent
from recommender.tastes.renewal import Tastes, is_behind
from recommender.tastes.session import SESSION_WINDOW
from recommender.tastes.taste import Taste
from recommender.trends import day_of

IMPRESSIONS_KEPT: Final = timedelta(days=90)
TALLIES_KEPT: Final = timedelta(days=180)
# As long as the queues of the AWS stack keep theirs (template.yaml).
DEAD_LETTERS_KEPT: Final = timedelta(days=14)
_PART: Final = 250


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Keep tastes in step with what serves, and the logs within their retention."""

    log: InteractionLog
    impressions: ImpressionLog
    serving: ServingStore
    tastes: Tastes
    tallies: Tallies
    queues: MessageQueues

    def run(self, *, now: datetime) -> Mapping[str, int]:
        """Return how many tastes were renewed or removed and how many old entries were."""
        expired = self.log.expire(now - RETENTION)
        shown = self.impressions.expire(now - IMPRESSIONS_KEPT)
        counted = self.tallies.expire(day_of(now - TALLIES_KEPT))
        return {
            "renewed": sum(self._renew(users, now=now) for users in _parts(self.log.users())),
            "tastes_expired": sum(self._let_go(users) for users in _parts(self.tastes.store.users())),
            "interactions_expired": expired,
            "impressions_expired": shown,
            "tallies_expired": counted,
            "dead_letters_expired": self.queues.expire(now - DEAD_LETTERS_KEPT),
        }

    def _renew(self, users: Sequence[str], *, now: datetime) -> int:
        """Renew those that are missing, behind what serves, or made of acts that have expired by now."""
        passing = self._let_sessions_go(users, now=now)
        users = [user for user in users if user not in passing]
        serving, held = self.serving.get(), self.tastes.store.get_many(users)
        behind = [
            user for user in users if user not in held or is_behind(held[user], serving) or _oldest(held[user], now=now) < now - RETENTION
        ]
        return len(self.tastes.renew_many(behind, now=now)) if behind else 0

    def _let_sessions_go(self, users: Sequence[str], *, now: datetime) -> set[str]:
        """Keep of those who consent to a session alone no more than a session needs, and return them."""
        asked = self.tastes.preferences.get_many(users)
        passing = [user for user in users if user in asked and asked[user].consent is Consent.SESSION]
        for user, told in self.log.of_users(passing).items():
            recent = [act for act in told if now - act.at <= SESSION_WINDOW]
            if len(recent) < len(told):
                self.log.erase(user)
                self.log.append(recent)
            self.impressions.erase(user)
        return set(passing)

    def _let_go(self, users: Sequence[str]) -> int:
        """Remove the tastes of those of whom the log holds nothing any more."""
        told = self.log.of_users(users, limit=1)
        return sum(self.tastes.store.erase(user) for user in users if not told[user])


def _oldest(taste: Taste, *, now: datetime) -> datetime:
    modes = [mode for held in taste.spaces.values() for mode in (*held.modes, *held.distastes)]
    return min([now, *taste.heard.values(), *(mode.since for mode in modes if mode.since is not None)])


def _parts(users: Iterator[str]) -> Iterator[list[str]]:
    while part := list(islice(users, _PART)):
        yield part
