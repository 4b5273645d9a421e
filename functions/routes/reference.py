"""Routes that tell of the API itself: its OpenAPI document, and the same as a page for people."""

import json
from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.openapi import document
from functions.reference_page import POLICY, page

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped
_JSON: Final[dict[int, OpenAPIResponse]] = {
    200: {"description": "The OpenAPI document", "content": {"application/json": {"schema": {"type": "object"}}}}
}
_HTML: Final[dict[int, OpenAPIResponse]] = {200: {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}}}


@router.get("/openapi.json", responses=_JSON)
def openapi() -> Response[str]:
    """Describe every call for programs, as OpenAPI 3.1."""
    return Response(HTTPStatus.OK, "application/json", json.dumps(document()))


@router.get("/docs", responses=_HTML)
def reference() -> Response[str]:
    """Describe every call for people."""
    return Response(HTTPStatus.OK, "text/html; charset=utf-8", page(document()), {"content-security-policy": POLICY})
