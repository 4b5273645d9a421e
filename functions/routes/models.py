"""Routes of model versions."""

from datetime import UTC, datetime
from typing import Annotated, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from events.fields import Id
from events.models import ModelsAnswer, ProgressAnswer, ReportAnswer, ReportQuery, ServingAnswer, model_answer
from infra.wiring import app

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped

_REPORT: Final[dict[int, OpenAPIResponse]] = {
    200: {
        "description": "A page, or the same in a document with form=json",
        "content": {"text/html": {"schema": {"type": "string"}}, "application/json": {"model": ReportAnswer}},
    }
}


@router.get("/models")
def list_models() -> ModelsAnswer:
    """List all model versions with their metrics."""
    serving = app().stores.serving.get()
    items = [model_answer(manifest, serving=serving.collab_version, former=serving.former_collab) for manifest in app().models.manifests()]
    return ModelsAnswer(items=items)


@router.get("/models/training")
def show_training() -> ProgressAnswer:
    """Say how far the training that runs has come."""
    progress = app().progress.read(now=datetime.now(UTC))
    if progress is None:
        return ProgressAnswer(running=False)
    return ProgressAnswer(running=True, step=progress.step, done=progress.done, total=progress.total, detail=progress.detail)


@router.get("/models/<version>/report", responses=_REPORT)
def show_report(version: Annotated[Id, Path()], asked: Annotated[ReportQuery, Query()]) -> Response[str]:
    """Show how a version was trained and judged, as a page for people."""
    page = app().models.report(version)
    if asked.form == "json":
        return Response(status_code=200, content_type="application/json", body=ReportAnswer(version=version, html=page).model_dump_json())
    return Response(status_code=200, content_type="text/html; charset=utf-8", body=page)


@router.post("/models/rollback")
def roll_back() -> ServingAnswer:
    """Serve the version that served before."""
    return ServingAnswer(serving=app().swap.rollback().collab_version)


@router.post("/models/<version>/promote")
def promote(version: Annotated[Id, Path()]) -> ServingAnswer:
    """Serve a version."""
    return ServingAnswer(serving=app().swap.serve(version).collab_version)
