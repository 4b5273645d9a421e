"""Report how well pages serve as a whole, as metrics."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from events.schedules import Start
from functions.observation import observed
from infra.wiring import app


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Measure the pages of the last day, and how old the model is that serves."""
    now = datetime.now(UTC)
    with observed(context, source=Start.model_validate(event).source):
        report = app().quality.report(now=now)
        _publish(report, model_age_s=_model_age_s(now))
        return dict(report)


def _publish(report: Mapping[str, float], *, model_age_s: float | None) -> None:
    metrics = app().metrics
    for figure, value in report.items():
        metrics.gauge("quality", value, figure=figure)
    if model_age_s is not None:
        metrics.gauge("model_age_seconds", model_age_s)


def _model_age_s(now: datetime) -> float | None:
    version = app().stores.serving.get().collab_version
    return (now - app().models.manifest(version).trained_at).total_seconds() if version else None
