"""Answer every call of the HTTP API but search."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.routes import catalogue, health, listening, metrics, models, playing, recommendations, reference, tokens, users
from functions.web import resolver
from infra.snapshot import settle

app = resolver()
for routes in (catalogue, listening, recommendations, playing, users, tokens, models, health, metrics, reference):
    app.include_router(routes.router)
settle()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one HTTP request."""
    return app.resolve(event, context)
