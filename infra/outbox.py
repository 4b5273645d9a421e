"""The outbox over message queues: domain objects become messages, several to a message where they fit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar

from events.listening import InteractionsMessage, RecordedInteraction
from events.queues import MetadataMessage
from events.receipts import ErasureMessage
from recommender.interactions import Interaction
from recommender.ports.erasures import Erasure
from recommender.ports.queues import MessageQueues, Queue

# An interaction has at most about 900 bytes and a message 256 kB; a batch of 100 keeps one message's work short.
INTERACTIONS_A_MESSAGE: Final = 100
TRACKS_A_MESSAGE: Final = 128

T = TypeVar("T")


class QueueOutbox:
    """Send to the queues; see ``recommender.ports.outbox.Outbox``."""

    def __init__(self, queues: MessageQueues) -> None:
        self._queues = queues

    def listened(self, interactions: Sequence[Interaction], *, lives: Mapping[str, str] | None = None) -> None:
        """Send interactions to be recorded, those of one user together."""
        told = [_message_of(interaction) for interaction in sorted(interactions, key=lambda one: one.user)]
        parts = _parts(told, INTERACTIONS_A_MESSAGE)
        self._queues.send(Queue.INTERACTIONS, [_message(part, lives or {}).model_dump_json() for part in parts])

    def described(self, track_ids: Sequence[str]) -> None:
        """Send tracks to be read."""
        bodies = [MetadataMessage(track_ids=part).model_dump_json() for part in _parts(list(track_ids), TRACKS_A_MESSAGE)]
        self._queues.send(Queue.METADATA, bodies)

    def erasure_asked(self, erasure: Erasure, *, receipt_id: str, retrain: bool) -> None:
        """Send an erasure to be carried out; the message names nobody."""
        message = ErasureMessage(
            receipt_id=receipt_id, subject=erasure.subject, number=erasure.number, asked_at=erasure.asked_at, retrain=retrain
        )
        self._queues.send(Queue.ERASURES, [message.model_dump_json()])


def _message(told: list[RecordedInteraction], lives: Mapping[str, str]) -> InteractionsMessage:
    users = {one.user for one in told}
    return InteractionsMessage(interactions=told, lives={user: life for user, life in lives.items() if user in users})


def _message_of(interaction: Interaction) -> RecordedInteraction:
    return RecordedInteraction(
        interaction_id=interaction.interaction_id,
        user=interaction.user,
        track_id=interaction.track_id,
        kind=interaction.kind,
        at=interaction.at,
        heard_ms=interaction.heard_ms,
        context=interaction.context,
        private=interaction.private,
        recommendation_id=interaction.recommendation_id,
        until=interaction.until,
    )


def _parts(rows: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
