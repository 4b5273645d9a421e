"""What is said of listening: over HTTP, and on the queue behind it."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from events.fields import Id, Incoming, Milliseconds, Utc
from recommender.interactions import Interaction, Kind

Context = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class InteractionEntry(Incoming):
    """One act of a user on a track, as a client tells it."""

    user_id: Id
    track_id: Id
    kind: Annotated[Kind, Field(strict=False)]
    interaction_id: Id | None = None
    heard_ms: Milliseconds | None = None
    at: Utc | None = None
    context: Context | None = None
    private: bool = False
    recommendation_id: Id | None = None
    until: Utc | None = None

    @model_validator(mode="after")
    def _only_a_ban_ends(self) -> Self:
        if self.until is not None and self.kind is not Kind.BAN:
            message = f"until goes with a ban, this is a {self.kind.value}"
            raise ValueError(message)
        return self


class InteractionBatch(Incoming):
    """Up to 500 interactions; each is validated by itself, so that a bad one does not stop the others."""

    interactions: Annotated[list[dict[str, object]], Field(min_length=1, max_length=500)]


class RecordedInteraction(Incoming):
    """An accepted interaction on its way to the log; the user is a pseudonym by now."""

    interaction_id: str
    user: str
    track_id: str
    kind: Annotated[Kind, Field(strict=False)]
    at: Utc
    heard_ms: int | None = None
    context: str | None = None
    private: bool = False
    recommendation_id: str | None = None
    until: Utc | None = None

    def to_domain(self) -> Interaction:
        """Return it as the domain has it."""
        return Interaction(**self.__dict__)


class InteractionsMessage(Incoming):
    """A message of the interactions queue; a user whom ``lives`` does not name was in their first life when it was accepted."""

    interactions: list[RecordedInteraction]
    lives: dict[str, str] = {}

    def without(self, user: str) -> "InteractionsMessage | None":
        """Return the message without a user's interactions; ``None`` if it has no others."""
        rest = [one for one in self.interactions if one.user != user]
        lives = {name: life for name, life in self.lives.items() if name != user}
        return InteractionsMessage(interactions=rest, lives=lives) if rest else None
