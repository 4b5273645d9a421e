"""A user's choices: take preferences, and make the taste follow them at once."""

from dataclasses import dataclass
from datetime import datetime

from recommender.ports.stores import ImpressionLog, InteractionLog, PreferenceStore, TasteStore
from recommender.preferences import Consent, Preferences
from recommender.tastes import Tastes


@dataclass(frozen=True, slots=True)
class Choices:
    """Take what users ask for."""

    preferences: PreferenceStore
    store: TasteStore
    log: InteractionLog
    impressions: ImpressionLog
    tastes: Tastes

    def put(self, asked: Preferences, *, now: datetime) -> None:
        """Keep preferences; a taste is made anew without what is excluded now, and is gone where consent is withdrawn."""
        self.preferences.put(asked)
        if asked.consent is Consent.NONE:
            self.store.erase(asked.user)
            self.log.erase(asked.user)
            self.impressions.erase(asked.user)
        elif self.store.get(asked.user) is not None:
            self.tastes.renew(asked.user, now=now)
