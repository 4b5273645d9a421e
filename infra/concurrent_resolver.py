"""Powertools' HTTP resolver for a process that answers several requests at once, as the local host does.

The original keeps the event in a class attribute and its context in one dictionary, since Lambda gives a process one request at a
time; two threads would read each other's requests. Here both belong to the thread.
"""

import re
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import ResponseBuilder, Route
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

# The name of the route of a request that none answers.
UNKNOWN: Final = "unknown"


Middleware = Callable[..., Response[Any]]


class _Request(threading.local):
    event: BaseProxyEvent
    lambda_context: LambdaContext

    def __init__(self) -> None:
        self.context: dict[str, Any] = {}
        self.answered = UNKNOWN


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

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one request in the calling thread."""
        self._request.event = self._to_proxy_event(dict(event))
        self._request.lambda_context = context
        self._request.answered = UNKNOWN
        try:
            return self._build_response(self._resolve())
        finally:
            self._request.context.clear()

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
