"""Train collaborative factors and serve them if they are better than what serves."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from events.models import TrainingAnswer
from infra.wiring import app
from recommender.errors import InvalidInput


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  # Lambda's signature
    """Train one version; too little listening is an answer, not a failure."""
    try:
        manifest = app().training.run(now=datetime.now(UTC))
    except InvalidInput as error:
        return TrainingAnswer(version=None, published=False, refusal=error.message, metrics={}).model_dump()
    return TrainingAnswer(
        version=manifest.version, published=manifest.published, refusal=manifest.refusal, metrics=dict(manifest.metrics)
    ).model_dump()
