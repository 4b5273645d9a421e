"""A server that answers as a script says, and clients that die or are overtaken at a chosen call."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, bytes] | None


@contextmanager
def answering(replies: Sequence[Reply]) -> Iterator[str]:
    """Serve these replies in turn, the last one for ever; ``None`` is silence."""
    left = list(replies)
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            reply = left.pop(0) if len(left) > 1 else left[0]
            if reply is None:
                over.wait(30)
                return
            status, body = reply
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.0")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _answer  # noqa: N815  # the names are http.server's

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class Killed(BaseException):
    """The function's process ends here."""


class Watched:
    """A client that calls ``before`` ahead of every call that writes, and ``after`` behind it, each with the call's number."""

    def __init__(
        self, client: Any, *, before: Callable[[int], None] = lambda _: None, after: Callable[[int], None] = lambda _: None
    ) -> None:
        self._client, self._before, self._after = client, before, after
        self.writes = 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if not name.startswith(("put_", "update_", "delete_", "transact_")):
            return call

        def watched(**said: Any) -> Any:
            number = self.writes
            self.writes += 1
            self._before(number)
            answer = call(**said)
            self._after(number)
            return answer

        return watched


def dying(client: Any, *, at: int, done: bool) -> Watched:
    """Return a client whose process ends at a write: before it, or when it is done and nobody has heard of it."""

    def end(number: int) -> None:
        if number == at:
            raise Killed

    return Watched(client, after=end) if done else Watched(client, before=end)


def overtaken(client: Any, *, at: int, by: Callable[[], object]) -> Watched:
    """Return a client before one of whose writes somebody else does something."""
    return Watched(client, before=lambda number: by() if number == at else None)
