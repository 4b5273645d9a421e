"""Renew tastes that were made for other versions, and let go of what is older than is kept."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from events.schedules import Start
from functions.observation import observed
from infra.wiring import app


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Refresh all tastes and say how much was done."""
    with observed(context, source=Start.model_validate(event).source):
        return dict(app().upkeep.run(now=datetime.now(UTC)))
