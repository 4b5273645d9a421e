"""Routes of model versions."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from events.fields import Id
from events.models import ModelAnswer, ModelsAnswer, ServingAnswer
from infra.wiring import app

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped


@router.get("/models")
def list_models() -> ModelsAnswer:
    """List all model versions with their metrics."""
    serving = app().stores.serving.get().collab_version
    items = [
        ModelAnswer(
            version=manifest.version,
            trained_at=manifest.trained_at,
            serving=manifest.version == serving,
            published=manifest.published,
            metrics={name: round(value, 6) for name, value in manifest.metrics.items()},
            refusal=manifest.refusal,
        )
        for manifest in app().models.manifests()
    ]
    return ModelsAnswer(items=items)


@router.post("/models/rollback")
def roll_back() -> ServingAnswer:
    """Serve the version that served before."""
    return ServingAnswer(serving=app().swap.rollback().collab_version)


@router.post("/models/<version>/promote")
def promote(version: Annotated[Id, Path()]) -> ServingAnswer:
    """Serve a version."""
    return ServingAnswer(serving=app().swap.serve(version).collab_version)
