"""The listen walk: accept interactions, log each once, and renew the tastes of those who listened."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from recommender.errors import InvalidInput, Unavailable
from recommender.interactions import Interaction
from recommender.ports.catalog import Catalog
from recommender.ports.stores import InteractionLog, PreferenceStore
from recommender.tastes.preferences import Consent
from recommender.tastes.renewal import Tastes, contended
from recommender.tastes.session import SESSION_WINDOW
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


def checked_end(until: datetime | None, *, at: datetime) -> datetime | None:
    """Return when a ban ends, if it may end then.

    Raises
    ------
    InvalidInput
        If it ends before it begins.
    """
    if until is not None and until <= at:
        raise InvalidInput(f"until is not later than the ban itself: {until.isoformat()}", code="ends_too_early", field="until")
    return until


class Outcomes(Protocol):
    """Hear what came of the pages that were shown."""

    def heard(self, fresh: Sequence[Interaction], *, now: datetime) -> None:
        """Take interactions that were logged for the first time, on their canonical tracks and with the share that was heard."""
        ...


@dataclass(frozen=True, slots=True)
class Feedback:
    """Take interactions from the queue into the log and the tastes."""

    catalog: Catalog
    log: InteractionLog
    preferences: PreferenceStore
    tastes: Tastes
    outcomes: Outcomes | None = None

    def record(self, interactions: Sequence[Interaction], *, now: datetime) -> int:
        """Log interactions once each, renew the tastes of their users, and return how many were new.

        Raises
        ------
        Unavailable
            If a store cannot be reached, or if others always wrote a taste first; what was logged stays.
        """
        (done,) = self.record_many([interactions], now=now)
        if isinstance(done, Unavailable):
            raise done
        return done

    def record_many(self, messages: Sequence[Sequence[Interaction]], *, now: datetime) -> list[int | Unavailable]:
        """Record messages together and return for each how many of its interactions were new, or why it must come again.

        Tastes are renewed even where nothing is new: a message that comes again after a crash finds its interactions logged and the
        taste perhaps not.
        """
        consents = self._consents({act.user for message in messages for act in message})
        kept = [told for message in messages for act in message if (told := _consented(act, consents[act.user], now=now)) is not None]
        tracks = self.catalog.get_many(sorted({act.track_id for act in kept}))
        fresh = self.log.append([_measured(act, tracks.get(act.track_id)) for act in kept])
        counted = [act for act in fresh if consents[act.user] is Consent.PERSONAL]
        if self.outcomes is not None and counted:
            self.outcomes.heard(counted, now=now)
        listeners = {act.user for act in kept}
        renewed = self.tastes.renew_many(listeners, now=now)
        self._withdraw({user for user, consent in self._consents(listeners).items() if consent is not consents[user]})
        new = {act.interaction_id for act in fresh}
        return [_outcome(message, new, listeners - renewed.keys()) for message in messages]

    def _consents(self, users: Collection[str]) -> dict[str, Consent]:
        asked = self.preferences.get_many(sorted(users))
        return {user: asked[user].consent if user in asked else Consent.PERSONAL for user in users}

    def _withdraw(self, users: Collection[str]) -> None:
        """Take back what was written of those who changed their consent meanwhile."""
        for user in sorted(users):
            self.log.erase(user)
            self.tastes.store.erase(user)


def _consented(act: Interaction, consent: Consent, *, now: datetime) -> Interaction | None:
    """Return an act as it may be kept: for a session as a private one, if it belongs to one; ``None`` for one that may not be."""
    if consent is Consent.SESSION:
        return None if act.private or now - act.at > SESSION_WINDOW else replace(act, private=True)
    return act if consent is Consent.PERSONAL else None


def _outcome(message: Sequence[Interaction], new: set[str], failed: set[str]) -> int | Unavailable:
    """Return what became of one message; an act that came in several is new in each."""
    late = next((act.user for act in message if act.user in failed), None)
    return sum(act.interaction_id in new for act in message) if late is None else contended(late)


def _measured(interaction: Interaction, track: Track | None) -> Interaction:
    """Return the interaction on the canonical track (the original of a duplicate), with the share of it that was heard."""
    if track is None:
        return interaction
    duration, heard = track.metadata.duration_ms, interaction.heard_ms
    share = min(1.0, heard / duration) if duration and heard is not None else None
    return replace(interaction, track_id=track.duplicate_of or track.track_id, share=share)
