"""The command line's client where no host runs: the whole embedded stack in this process, for the length of one command."""

import json
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self
from urllib.parse import unquote, urlencode, urlsplit

from infra import wiring
from infra.local import environment, first_key
from infra.local.client import Answer, Query
from infra.local.embedded import embedded_stack
from infra.local.gateway import Gateway
from infra.local.gateway_event import HttpRequest
from infra.local.lock import HomeLock
from infra.local.queue_event import upload_body
from infra.local.uploads import PREFIX
from recommender.errors import NotFound
from recommender.ports.queues import Queue

SETTLE_S: Final = 60.0


class _FileStore(Protocol):
    def put_file(self, key: str, path: Path) -> None: ...


class InProcessClient:
    """Own the home and drain its queues while the context is open; see ``infra.local.client.Client``.

    At its end it waits until nothing is left on the queues, for a minute at most: what is left then is done by whoever comes next.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def __enter__(self) -> Self:
        """Take the home's lock, open the stack and begin to drain; raises ``Unavailable`` if somebody else owns the home."""
        with ExitStack() as opened:
            opened.enter_context(HomeLock(self._home))
            environment.prepare(self._home)
            opened.callback(wiring.reset)
            self._stack = embedded_stack()
            self._gateway = Gateway(self._stack.plan, self._stack.invoker)
            self._stack.start()
            self._key = first_key.ensure(self._home, wiring.app())
            self._opened = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Let the queues run empty, unless the command failed; then close all."""
        with self._opened:
            if kind is None:
                self._settle()
            self._stack.stop()

    def call(self, method: str, path: str, *, query: Query | None = None, body: object = None) -> Answer:
        """Hand one request to its function; see ``Client``."""
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        response = self._gateway.respond(
            HttpRequest(
                method=method,
                raw_path=path,
                query=urlencode({name: _text(value) for name, value in asked.items()}, doseq=True),
                headers=[("content-type", "application/json"), ("host", "localhost"), ("authorization", f"Bearer {self._key}")],
                body=b"" if body is None else json.dumps(body).encode(),
            )
        )
        return Answer(response.status, json.loads(response.body) if response.body else None)

    def upload(self, target: Mapping[str, Any], path: Path) -> None:
        """Take the file itself, by a link where that is possible, and announce it; see ``Client``."""
        key = unquote(urlsplit(target["url"]).path.removeprefix(PREFIX))
        store: _FileStore = wiring.app().stores.objects  # type: ignore[assignment]  # embedded_stack has made sure that these are folders
        store.put_file(key, path)
        body = upload_body(key, size=path.stat().st_size, etag="", now=datetime.now(UTC))
        self._stack.queues.send(Queue.UPLOADS, [body])

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Invoke a function here; see ``Client``."""
        planned = self._stack.plan.function(function)
        if planned is None:
            raise NotFound(f"the plan has no function {function!r}")
        wiring.app().note("function.invoke", subject=f"function:{function}")
        return self._stack.invoker.invoke(planned, event)

    def _settle(self) -> None:
        deadline = time.monotonic() + SETTLE_S
        while time.monotonic() < deadline and self._stack.pending():
            time.sleep(0.01)


def _text(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return value
