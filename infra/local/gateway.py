"""API Gateway in this process: a request finds its function, and its answer or failure becomes a response."""

import logging
import uuid
from datetime import UTC, datetime
from typing import Final

from infra.local.gateway_event import HttpRequest, HttpResponse, error_response, event_of, response_of
from infra.local.invoker import Invoker
from infra.local.routes import Routes
from infra.local.template import Plan

_LOG: Final = logging.getLogger(__name__)


class Gateway:
    """Answer the plan's routes, in the calling thread."""

    def __init__(self, plan: Plan, invoker: Invoker) -> None:
        self._routes, self._invoker = Routes(plan), invoker

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Return the response; a handler that raises answers 500, and the log says why."""
        match = self._routes.match(request.method, request.raw_path)
        if match is None:
            return error_response(404, "not_found", f"there is no {request.method} {request.raw_path}")
        request_id = str(uuid.uuid4())
        event = event_of(
            request, route_key=match.route_key, path_parameters=match.path_parameters, request_id=request_id, now=datetime.now(UTC)
        )
        try:
            return response_of(self._invoker.invoke(match.function, event, request_id=request_id))
        except Exception:  # noqa: BLE001 - whatever a handler raised, the caller gets an answer and the host lives on
            _LOG.exception("%s failed on %s", match.function.name, match.route_key)
            return error_response(500, "internal", "something went wrong here; the server's log says what")
