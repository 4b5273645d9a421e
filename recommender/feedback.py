"""The listen walk: accept interactions, log each once, and renew the tastes of those who listened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from recommender.errors import InvalidInput
from recommender.interactions import Interaction
from recommender.ports.stores import Catalog, InteractionLog, PreferenceStore
from recommender.preferences import Consent
from recommender.tastes import Tastes
from recommender.tracks import Track

CLOCK_SKEW: Final = timedelta(minutes=5)
RETENTION: Final = timedelta(days=730)


def checked_time(at: datetime, *, now: datetime) -> datetime:
    """Return ``at`` if an interaction may have happened then.

    Raises
    ------
    InvalidInput
        If it lies in the future (more than five minutes: clocks differ) or is older than what is kept.
    """
    if at > now + CLOCK_SKEW:
        raise InvalidInput(f"at lies in the future: {at.isoformat()}", code="in_the_future", field="at")
    if at < now - RETENTION:
        raise InvalidInput(f"at is older than the {RETENTION.days} days that are kept: {at.isoformat()}", code="too_old", field="at")
    return at


@dataclass(frozen=True, slots=True)
class Feedback:
    """Take interactions from the queue into the log and the tastes."""

    catalog: Catalog
    log: InteractionLog
    preferences: PreferenceStore
    tastes: Tastes

    def record(self, interactions: Sequence[Interaction], *, now: datetime) -> int:
        """Log interactions once each, renew the tastes of their users, and return how many were new.

        Tastes are renewed even where nothing is new: a message that comes again after a crash finds its interactions logged and the
        taste perhaps not.
        """
        consenting = {user: self._consents(user) for user in {interaction.user for interaction in interactions}}
        kept = [interaction for interaction in interactions if consenting[interaction.user]]
        tracks = self.catalog.get_many(sorted({interaction.track_id for interaction in kept}))
        fresh = self.log.append([_measured(interaction, tracks.get(interaction.track_id)) for interaction in kept])
        for user in sorted({interaction.user for interaction in kept}):
            self.tastes.renew(user, now=now)
        return len(fresh)

    def _consents(self, user: str) -> bool:
        asked = self.preferences.get(user)
        return asked is None or asked.consent is not Consent.NONE


def _measured(interaction: Interaction, track: Track | None) -> Interaction:
    """Return the interaction on the canonical track (the original of a duplicate), with the share of it that was heard."""
    if track is None:
        return interaction
    duration, heard = track.metadata.duration_ms, interaction.heard_ms
    share = min(1.0, heard / duration) if duration and heard is not None else None
    return replace(interaction, track_id=track.duplicate_of or track.track_id, share=share)
