"""Report how well pages serve as a whole, as metrics."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from infra.wiring import app

metrics = Metrics(namespace="Segue", service="segue")


@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  # Lambda's signature
    """Measure the pages of the last day."""
    report = app().quality.report(now=datetime.now(UTC))
    for name, value in report.items():
        metrics.add_metric(name=name, unit=MetricUnit.NoUnit, value=value)
    return dict(report)
