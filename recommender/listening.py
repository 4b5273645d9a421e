"""Accept interactions: what is accepted is durable before the caller is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recommender.errors import InvalidInput
from recommender.feedback import checked_end, checked_time
from recommender.interactions import Interaction
from recommender.ports.catalog import Catalog
from recommender.ports.outbox import Outbox
from recommender.tastes.preferences import Consent
from recommender.trust.erasures import FIRST_LIFE, Lives


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which entry of a batch was refused, and why."""

    index: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Listening:
    """Take interactions in."""

    catalog: Catalog
    outbox: Outbox
    lives: Lives

    def accept(self, entries: Sequence[tuple[int, Interaction]], *, now: datetime) -> tuple[int, list[Refusal]]:
        """Hand over those entries that can be recorded; return how many, and why each of the others cannot.

        Parameters
        ----------
        entries
            Each with its place in the batch that the caller sent.
        """
        known = self.catalog.get_many(sorted({interaction.track_id for _, interaction in entries}))
        users = sorted({interaction.user for _, interaction in entries})
        asked = self.lives.preferences.get_many(users)
        accepted: list[Interaction] = []
        refused: list[Refusal] = []
        for index, interaction in entries:
            try:
                checked_end(interaction.until, at=checked_time(interaction.at, now=now))
            except InvalidInput as error:
                refused.append(Refusal(index, error.code, error.message))
                continue
            if interaction.track_id not in known:
                refused.append(Refusal(index, "unknown_track", f"no track {interaction.track_id}"))
                continue
            if interaction.user in asked and asked[interaction.user].consent is Consent.NONE:
                refused.append(Refusal(index, "no_consent", "this user consents to nothing being kept"))
                continue
            accepted.append(interaction)
        if accepted:
            lives = self.lives.among({interaction.user for interaction in accepted}, asked)
            self.outbox.listened(accepted, lives={user: life.name for user, life in lives.items() if life.name != FIRST_LIFE})
        return len(accepted), refused
