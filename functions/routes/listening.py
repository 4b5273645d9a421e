"""The route of interactions."""

from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import ValidationError

from events.errors import complaint_of
from events.listening import InteractionBatch, InteractionEntry
from events.tracks import BatchAnswer, EntryRejected
from infra.wiring import app
from recommender.interactions import Interaction, derived_id

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped


@router.post("/interactions", status_code=HTTPStatus.ACCEPTED)
def accept_interactions(said: InteractionBatch) -> tuple[BatchAnswer, int]:
    """Take up to 500 interactions; what is accepted is durable."""
    now = datetime.now(UTC)
    entries: list[tuple[int, Interaction]] = []
    rejected: list[EntryRejected] = []
    for index, row in enumerate(said.interactions):
        try:
            entries.append((index, _interaction(InteractionEntry.model_validate(row), now=now)))
        except ValidationError as error:
            code, message = complaint_of(error)
            rejected.append(EntryRejected(index=index, code=code, message=message))
    accepted, refused = app().listening.accept(entries, now=now)
    rejected += [EntryRejected(index=one.index, code=one.code, message=one.message) for one in refused]
    return BatchAnswer(accepted=accepted, rejected=sorted(rejected, key=lambda one: one.index)), HTTPStatus.ACCEPTED


def _interaction(entry: InteractionEntry, *, now: datetime) -> Interaction:
    user = app().pseudonyms.of(entry.user_id)
    at = entry.at or now
    return Interaction(
        # An id is unique to its user, so that nobody can take another's place in the log.
        interaction_id=f"{user[:12]}.{entry.interaction_id}" if entry.interaction_id else derived_id(user, entry.track_id, entry.kind, at),
        user=user,
        track_id=entry.track_id,
        kind=entry.kind,
        at=at,
        heard_ms=entry.heard_ms,
        context=entry.context,
        private=entry.private,
        recommendation_id=entry.recommendation_id,
        until=entry.until,
    )
