"""Refit the audio space on the served catalogue, or move it to the configured statistics."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from events.models import FittingAnswer, FittingRequest
from functions.observation import observed
from infra.wiring import app
from recommender.errors import Conflict, InvalidInput


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # Lambda's signature
    """Serve another audio version; too little music, or another swap under way, is an answer and not a failure."""
    asked = FittingRequest.model_validate(event)
    with observed(context):
        return _fitted(asked).model_dump()


def _fitted(asked: FittingRequest) -> FittingAnswer:
    try:
        version = app().refit.adopt() if asked.configured else app().refit.run(now=datetime.now(UTC))
    except (InvalidInput, Conflict) as error:
        return FittingAnswer(version=None, refusal=error.message)
    return FittingAnswer(version=version)
