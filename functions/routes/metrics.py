"""The route of metrics, where they are kept in this process."""

from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from infra.queue_gauges import gauge_queues
from infra.wiring import app
from recommender.errors import NotFound

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped
_TEXT: Final[dict[int, OpenAPIResponse]] = {200: {"description": "All series", "content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/metrics", responses=_TEXT)
def metrics() -> Response[str]:
    """Tell what was counted since the start, in Prometheus' text format."""
    kept = app().metrics
    if kept.text() is None:
        raise NotFound("metrics go to CloudWatch from here; nothing is kept", code="no_metrics_here")
    gauge_queues(kept, app().stores)
    return Response(HTTPStatus.OK, "text/plain; version=0.0.4; charset=utf-8", kept.text() or "")
