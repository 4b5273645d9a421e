"""Take interactions from the queue into the log and the tastes."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from events.listening import InteractionsMessage
from functions.batches import drain
from infra.wiring import app


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Record a batch of messages; those that fail come again."""
    return drain(event, context, _record)


def _record(body: str, _attempt: int) -> int:
    message = InteractionsMessage.model_validate_json(body)
    return app().feedback.record([one.to_domain() for one in message.interactions], now=datetime.now(UTC))
