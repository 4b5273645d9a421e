"""What is said of listening: over HTTP, and on the queue behind it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from events.fields import Id, Incoming, Milliseconds, Utc
from recommender.interactions import Interaction, Kind

Context = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class InteractionEntry(Incoming):
    """One act of a user on a track, as a client tells it."""

    user_id: Id
    track_id: Id
    kind: Kind
    interaction_id: Id | None = None
    heard_ms: Milliseconds | None = None
    at: Utc | None = None
    context: Context | None = None
    private: bool = False
    recommendation_id: Id | None = None


class InteractionBatch(Incoming):
    """Up to 500 interactions; each is validated by itself, so that a bad one does not stop the others."""

    interactions: Annotated[list[dict[str, object]], Field(min_length=1, max_length=500)]


class RecordedInteraction(Incoming):
    """An accepted interaction on its way to the log; the user is a pseudonym by now."""

    interaction_id: str
    user: str
    track_id: str
    kind: Kind
    at: Utc
    heard_ms: int | None = None
    context: str | None = None
    private: bool = False
    recommendation_id: str | None = None

    def to_domain(self) -> Interaction:
        """Return it as the domain has it."""
        return Interaction(**self.model_dump())


class InteractionsMessage(Incoming):
    """A message of the interactions queue."""

    interactions: list[RecordedInteraction]
