"""The route of health."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from events.models import HealthAnswer, StoreHealth
from infra.health import VERSION, check
from infra.wiring import app

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped


@router.get("/health")
def health() -> HealthAnswer:
    """Say what is reachable, versions and counts."""
    stores = app().stores
    checks = check(stores)
    served = stores.serving.get() if checks["state"].error is None else None
    return HealthAnswer(
        status="ok" if all(one.error is None for one in checks.values()) else "degraded",
        version=VERSION,
        stores={name: StoreHealth(reachable=one.error is None, counts=dict(one.counts), error=one.error) for name, one in checks.items()},
        models={
            "audio": served.audio_version if served else None,
            "text": served.text_version if served else None,
            "collab": served.collab_version if served else None,
        },
    )
