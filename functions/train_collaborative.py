"""Train collaborative factors and serve them if they are better than what serves."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from events.models import TrainingAnswer, training_answer
from events.schedules import TrainingStart
from functions.observation import observed
from infra.wiring import app
from recommender.errors import InvalidInput
from recommender.training.fitting import Wish
from recommender.training.train import TOO_LITTLE


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Train one version; too little listening is an answer, not a failure."""
    start = TrainingStart.model_validate(event)
    with observed(context, source=start.source):
        answer = _trained(start)
        _count(answer)
        return answer.model_dump(mode="json")


def _trained(start: TrainingStart) -> TrainingAnswer:
    note, wish = app().progress, Wish(start.epsilon, start.delta) if start.epsilon else None
    try:
        # Factors that have to go for somebody who was erased are replaced by the next training, whoever started it.
        train = app().replacing.run if app().replacing.asking.asked() else app().training.run
        manifest = train(now=datetime.now(UTC), progress=lambda progress: note.write(progress, now=datetime.now(UTC)), wish=wish)
    except InvalidInput as error:
        if error.code != TOO_LITTLE:
            raise
        return TrainingAnswer(version=None, published=False, refusal=error.message, metrics={})
    finally:
        note.clear()
    return training_answer(manifest)


def _count(answer: TrainingAnswer) -> None:
    metrics = app().metrics
    metrics.count("trainings", outcome="published" if answer.published else "refused" if answer.version else "too_little")
    if answer.version and not answer.published:
        metrics.count("gate_refusals")
