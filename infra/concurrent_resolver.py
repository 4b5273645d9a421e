"""Powertools' HTTP resolver for a process that answers several requests at once, as the local host does.

The original keeps the event in a class attribute and its context in one dictionary, since Lambda gives a process one request at a
time; two threads would read each other's requests. Here both belong to the thread.
"""

import re
import threading
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import ResponseBuilder, Route
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIResponseValidationMiddleware
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

# The name of the route of a request that none answers.
UNKNOWN: Final = "unknown"


Middleware = Callable[..., Response[Any]]


class _Request(threading.local):
    event: BaseProxyEvent
    lambda_context: LambdaContext

    def __init__(self) -> None:
        self.context: dict[str, Any] = {}
        self.answered = UNKNOWN
        self.allowed: tuple[str, ...] = ()


class ConcurrentResolver(APIGatewayHttpResolver):
    """Resolve in any number of threads at once; otherwise as ``APIGatewayHttpResolver``.

    Parameters
    ----------
    guard
        A middleware that comes before validation, which powertools always puts first: whoever may not call learns nothing of what a
        call takes.
    """

    def __init__(self, *, guard: Middleware | None = None, **options: Any) -> None:
        self._request = _Request()
        self._building = threading.Lock()
        self._guard = guard
        super().__init__(**options)
        if self._enable_validation:
            self._response_validation_middleware = _WrittenOnce(has_response_validation_error=self._has_response_validation_error)

    @property
    def current_event(self) -> Any:  # type: ignore[override]  # the base declares an attribute
        """The event that this thread is answering."""
        return self._request.event

    @property
    def lambda_context(self) -> Any:  # type: ignore[override]  # the base declares an attribute
        """The context of the invocation that this thread is answering."""
        return self._request.lambda_context

    @property
    def context(self) -> dict[str, Any]:
        """What middlewares and routes of this request tell each other."""
        return self._request.context

    @context.setter
    def context(self, value: dict[str, Any]) -> None:
        self._request.context = value

    @property
    def answered(self) -> str:
        """The route that answers this thread's request, as ``GET /tracks/{track_id}``."""
        return self._request.answered

    @property
    def allowed(self) -> tuple[str, ...]:
        """The methods that this thread's request might have used on its path, where it used another."""
        return self._request.allowed

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one request in the calling thread."""
        self._request.event = self._to_proxy_event(dict(event))
        self._request.lambda_context = context
        self._request.answered, self._request.allowed = UNKNOWN, ()
        try:
            return self._build_response(self._resolve())
        finally:
            self._request.context.clear()

    def _resolve(self) -> "ResponseBuilder[Any]":
        """Call the route of the most specific path that fits, in this method or in none: an id may hold a slash.

        The original goes on to a vaguer path, and ``DELETE /users/ada/taste`` would be about the user ``ada/taste``.
        """
        method, path = self.current_event.http_method.upper(), self._remove_prefix(self.current_event.path)
        fitting = [(route, found) for route in self._specific_first if (found := route.rule.match(path))]
        routes = {route.method: (route, found) for route, found in fitting if route.path == fitting[0][0].path}
        if method not in routes:
            self._request.allowed = tuple(sorted(routes))
            return self._handle_not_found(method=method, path=path)
        route, found = routes[method]
        self.append_context(_route=route, _path=path)  # type: ignore[no-untyped-call]  # powertools leaves it untyped
        return self._call_route(route, self._convert_matches_into_route_keys(found))

    @cached_property
    def _specific_first(self) -> list[Route]:
        routes = [*self._static_routes, *self._dynamic_routes]
        return sorted(routes, key=lambda route: ("<" in str(route.path), -str(route.path).count("/")))

    @staticmethod
    def _compile_regex(rule: str, base_regex: str = "^{}$") -> re.Pattern[str]:
        """Let a path parameter hold any character: ids may, and API Gateway hands the path over decoded."""
        return re.compile(base_regex.format(re.sub(r"<(\w+)>", r"(?P<\1>.+)", rule)), re.DOTALL)

    def _call_route(self, route: Route, route_arguments: dict[str, str]) -> "ResponseBuilder[Any]":
        # what answers for a path that is not there is a route with that path, which may say anything
        is_known = any(route is known for known in (*self._static_routes, *self._dynamic_routes))
        if is_known:
            path = re.sub(r"<(\w+)>", r"{\1}", str(route.path))
            self._request.answered = f"{route.method} {path}"
        # the first request of a route builds its chain of middlewares, which two at once would build twice into one
        with self._building:
            if not route._middleware_stack_built:  # noqa: SLF001 - see above; the original checks it without a lock
                route._build_middleware_stack(router_middlewares=self._router_middlewares, app=self)  # noqa: SLF001 - as above
                if self._guard is not None and is_known:
                    route._middleware_stack = partial(self._guard, next_middleware=route._middleware_stack)  # noqa: SLF001 - as above
        return super()._call_route(route, route_arguments)


class _WrittenOnce(OpenAPIResponseValidationMiddleware):
    """Write an answer of the declared model straight to JSON: it was validated when it was made, and is not taken apart once more."""

    def _handle_response(self, *, route: Route, response: Response[Any]) -> Response[Any]:
        declared = route.dependant.return_param
        if declared is not None and isinstance(response.body, BaseModel) and type(response.body) is declared.type_:
            response.body = response.body.model_dump_json(by_alias=True)
            return response
        checked: Response[Any] = super()._handle_response(route=route, response=response)
        return checked
