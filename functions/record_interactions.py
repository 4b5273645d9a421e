"""Take interactions from the queue into the log and the tastes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from events.listening import InteractionsMessage
from functions.batches import drain
from infra.wiring import app
from recommender.errors import Unavailable
from recommender.trust.lateness import Accepted


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Record a batch of messages together; those that fail come again."""
    done = _together([record["body"] for record in event["Records"]])
    return drain(event, context, lambda body, _attempt: _answer(body, done))


def _together(bodies: Sequence[str]) -> Mapping[str, int | Unavailable]:
    """Return what became of the messages; of one that cannot be read, or of all where something is wrong with one, nothing is said."""
    messages: dict[str, Accepted] = {}
    for body in bodies:
        try:
            messages[body] = _read(body)
        except ValidationError:
            continue
    try:
        return dict(zip(messages, app().recording.record_many(list(messages.values()), now=datetime.now(UTC)), strict=True))
    except Unavailable as fault:
        return dict.fromkeys(messages, fault)
    except Exception:  # noqa: BLE001 - each message is recorded by itself instead, and the one at fault then fails alone
        return {}


def _answer(body: str, done: Mapping[str, int | Unavailable]) -> int:
    became = done.get(body)
    if isinstance(became, Unavailable):
        raise became
    return app().recording.record(_read(body), now=datetime.now(UTC)) if became is None else became


def _read(body: str) -> Accepted:
    told = InteractionsMessage.model_validate_json(body)
    return Accepted([one.to_domain() for one in told.interactions], told.lives)
