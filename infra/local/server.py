"""The HTTP side of the local host: an ASGI application that hands requests to the functions of the plan."""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final

from infra.local.body import Body, Disconnected, Receive, Scope, Send
from infra.local.gateway import Gateway
from infra.local.gateway_event import HttpRequest, HttpResponse, error_response, json_response
from infra.local.invoker import Invoker
from infra.local.template import Plan
from infra.local.uploads import DEFAULT_LIMIT, PREFIX, UploadDoor
from recommender.errors import SegueError

BODY_LIMIT: Final = 10 * 2**20
_INVOKE: Final = re.compile(r"/2015-03-31/functions/([\w-]+)/invocations")
_LOG: Final = logging.getLogger(__name__)


class HostApplication:
    """Answer HTTP: uploads at ``/objects/``, Lambda's Invoke call, and the plan's routes for everything else.

    Parameters
    ----------
    pool
        Threads that the handlers run in.
    upload_limit
        Largest upload, in bytes.
    admit
        Raises a ``SegueError`` unless the caller of a function may invoke it.
    """

    def __init__(
        self,
        plan: Plan,
        invoker: Invoker,
        door: UploadDoor,
        pool: Executor,
        *,
        upload_limit: int = DEFAULT_LIMIT,
        admit: Callable[[HttpRequest], None] = lambda _: None,
    ) -> None:
        self._plan, self._invoker, self._door, self._pool = plan, invoker, door, pool
        self._gateway = Gateway(plan, invoker)
        self._upload_limit = upload_limit
        self._admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            return
        try:
            response = await self._answer(scope, receive)
        except Disconnected as error:
            _LOG.info("%s: %s", scope["method"], error)  # a path may name a user
            return
        except SegueError as error:
            response = error_response(error.status, error.code, error.message)
        except Exception:  # noqa: BLE001 - whatever a handler raised, the caller gets an answer and the server lives on
            _LOG.exception("a %s failed", scope["method"])  # a path may name a user
            response = error_response(500, "internal", "something went wrong here; the server's log says what")
        await _send(response, send, head=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, receive: Receive) -> HttpResponse:
        headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        raw_path: str = scope["raw_path"].decode("latin-1")
        length = dict(headers).get("content-length", "")
        announced = int(length) if length.isdecimal() else None
        if raw_path.startswith(PREFIX) and scope["method"] == "PUT":
            body = Body(receive, limit=self._upload_limit, announced=announced)
            return await self._door.take(raw_path, scope["query_string"].decode("latin-1"), body)
        request = HttpRequest(
            method=scope["method"],
            raw_path=raw_path,
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=await Body(receive, limit=BODY_LIMIT, announced=announced).whole(),
            source_ip=(scope.get("client") or ("127.0.0.1", 0))[0],
        )
        respond: Callable[[HttpRequest], HttpResponse] = self._invoke if _INVOKE.fullmatch(raw_path) else self._gateway.respond
        return await asyncio.get_running_loop().run_in_executor(self._pool, respond, request)

    def _invoke(self, request: HttpRequest) -> HttpResponse:
        found = _INVOKE.fullmatch(request.raw_path)
        function = self._plan.function(found[1]) if found else None
        if any(name == "origin" for name, _ in request.headers):
            # on AWS this call is signed; here it is open to programs of this machine, but not to pages in its browsers
            return error_response(403, "not_for_browsers", "functions are not invoked from web pages")
        self._admit(request)
        if request.method != "POST" or function is None:
            return error_response(404, "not_found", f"there is no {request.method} {request.raw_path}")
        try:
            event = json.loads(request.body or b"{}")
        except ValueError as error:
            return error_response(400, "not_json", f"the event is not JSON: {error}")
        return json_response(200, self._invoker.invoke(function, event))


async def _send(response: HttpResponse, send: Send, *, head: bool) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else response.body})
