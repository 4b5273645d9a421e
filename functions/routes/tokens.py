"""The route of user tokens."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from events.access import TokenAnswer, TokenRequest
from infra.wiring import app

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped


@router.post("/tokens", status_code=HTTPStatus.CREATED)
def issue_token(said: TokenRequest) -> tuple[TokenAnswer, int]:
    """Give a user's app a token that reaches that user's own calls for a while."""
    now, lasting = datetime.now(UTC), timedelta(seconds=said.ttl_s)
    token = app().access.token(app().pseudonyms.of(said.user_id), lasting=lasting, now=now)
    return TokenAnswer(token=token, expires_at=now + lasting), HTTPStatus.CREATED
