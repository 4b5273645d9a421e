"""Erase users to the end, with a receipt."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from events.receipts import ErasureMessage
from functions.batches import drain
from infra.wiring import app


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Carry out the erasures of a batch of messages; those that fail come again."""
    return drain(event, context, _erase)


def _erase(body: str, _attempt: int) -> None:
    asked = ErasureMessage.model_validate_json(body)
    app().erasing.run(**asked.model_dump(), now=datetime.now(UTC))
