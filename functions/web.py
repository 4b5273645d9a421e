"""How every HTTP function answers: validation of what comes in and goes out, errors in one shape, each request measured."""

import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError, ResponseValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext

from events.errors import error_answer, of_domain, of_validation
from functions.access import RULES, guard
from functions.observation import log_fault, logger, observed
from functions.said import read_body
from infra.concurrent_resolver import UNKNOWN, ConcurrentResolver
from infra.wiring import app as wired
from recommender.errors import InvalidInput, SegueError, TooMany, Unknown


class ObservedResolver(ConcurrentResolver):
    """Resolve, and tell how it went: a log line for a fault, metrics for every request."""

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one request."""
        began = time.perf_counter()
        correlation_id = str((event.get("requestContext") or {}).get("requestId", ""))
        with observed(context, carriers=event.get("headers") or {}, correlation_id=correlation_id):
            answer = super().resolve(event, context)
            self._measure(int(answer["statusCode"]), time.perf_counter() - began)
            return answer

    def _measure(self, status: int, seconds: float) -> None:
        metrics = wired().metrics
        outcome = "429" if status == HTTPStatus.TOO_MANY_REQUESTS else f"{status // 100}xx"
        metrics.count("requests", route=self.answered, outcome=outcome)
        metrics.time("request_seconds", seconds, route=self.answered)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            metrics.count("gateway_errors")


def resolver() -> ObservedResolver:
    """Return a resolver that validates and that answers every fault as ``{"error": {...}}``."""
    app = ObservedResolver(guard=_admitted, enable_validation=True, response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR)
    app.use(middlewares=[_refuse_unknown_parameters])

    @app.exception_handler(RequestValidationError)  # type: ignore[untyped-decorator]  # powertools leaves it untyped
    def _invalid(fault: RequestValidationError) -> Response[str]:
        return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, of_validation(fault.errors()))

    @app.exception_handler(SegueError)  # type: ignore[untyped-decorator]  # powertools leaves it untyped
    def _domain(fault: SegueError) -> Response[str]:
        if fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log_fault("a request could not be answered", fault, route=app.answered)
        answer = _answer(fault.status, of_domain(fault))
        if isinstance(fault, TooMany):
            answer.headers["Retry-After"] = str(fault.retry_after_s)
        if isinstance(fault, Unknown):
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @app.exception_handler(ResponseValidationError)  # type: ignore[untyped-decorator]  # powertools leaves it untyped
    def _broken(fault: ResponseValidationError) -> Response[str]:
        logger.error("an answer had the wrong shape", route=app.answered, faults=[str(error.get("loc")) for error in fault.errors()])
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, error_answer("internal", "the answer had the wrong shape"))

    @app.not_found
    def _missing(_fault: NotFoundError) -> Response[str]:
        return _no_such_call(app)

    @app.exception_handler(Exception)  # type: ignore[untyped-decorator]  # powertools leaves it untyped
    def _unforeseen(fault: Exception) -> Response[str]:
        log_fault("a request failed", fault, route=app.answered)
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, error_answer("internal", f"unforeseen fault: {type(fault).__name__}"))

    return app


def _no_such_call(app: ObservedResolver) -> Response[str]:
    event = app.current_event
    # another function may answer the path in its own methods
    allowed = ", ".join(app.allowed or sorted(method for method, path in RULES if path == event.path))
    if not allowed:
        return _answer(HTTPStatus.NOT_FOUND, error_answer("unknown_path", f"no such call: {event.http_method} {event.path}"))
    message = f"{event.path} has no {event.http_method}, but {allowed}"
    answer = _answer(HTTPStatus.METHOD_NOT_ALLOWED, error_answer("method_not_allowed", message))
    answer.headers["Allow"] = allowed
    return answer


def _admitted(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Guard a call, and only then read what it says."""

    def read(admitted: APIGatewayHttpResolver) -> Response[Any]:
        return read_body(admitted, next_middleware)

    return guard(app, read)  # type: ignore[arg-type]  # powertools declares a function's name as a method


def _answer(status: int, body: dict[str, Any]) -> Response[str]:
    return Response(status_code=int(status), content_type="application/json", body=json.dumps(body, ensure_ascii=False))


def _refuse_unknown_parameters(app: ObservedResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse what a query string should not have: a misspelt filter must not be passed over in silence."""
    given = (app.current_event.query_string_parameters or {}) if app.answered != UNKNOWN else {}
    models = [parameter.field_info.annotation for parameter in app.context["_route"].dependant.query_params] if given else []
    known = {field.alias or name for model in models for name, field in getattr(model, "model_fields", {}).items()}
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise InvalidInput(f"there is no parameter {unknown!r}", code="unknown_parameter", field=unknown)
    return next_middleware(app)
