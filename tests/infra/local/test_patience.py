"""A client that never finishes what it begins, or says too much, is let go of, and others are answered meanwhile."""

import socket
import threading
from collections.abc import Iterator
from typing import ClassVar

import httpx
import pytest
import uvicorn

from infra.local.body import Receive, Scope, Send
from infra.local.host import listening, url_of
from infra.local.patience import ImpatientProtocol


class Hasty(ImpatientProtocol):
    """Waits for a moment only."""

    head_s: ClassVar[float] = 0.2


async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def url() -> Iterator[str]:
    with listening(0) as bound:
        bound.listen()
        server = uvicorn.Server(uvicorn.Config(answer, http=Hasty, lifespan="off", log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        yield url_of(bound)
        server.should_exit = True
        thread.join()


def connected(url: str) -> socket.socket:
    address, port = url.removeprefix("http://").split(":")
    return socket.create_connection((address, int(port)), timeout=30)


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_request_that_is_never_told_to_its_end_is_hung_up_on(url: str, begun: bytes) -> None:
    with connected(url) as slow:
        slow.sendall(begun)

        assert httpx.get(url).text == "ok"
        assert slow.recv(100) == b""


def test_a_second_request_on_a_connection_is_waited_for_no_longer_than_a_first(url: str) -> None:
    with connected(url) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")
        slow.sendall(b"GET / HTTP/1.1\r\n")

        assert b"".join(iter(lambda: slow.recv(100), b"")) in {b"", b"ok"}


@pytest.mark.parametrize("flood", [b"X-A: b\r\n" * 20_000, b"X-A: " + b"b" * 200_000])
def test_a_flood_of_headers_is_refused(url: str, flood: bytes) -> None:
    with connected(url) as loud:
        told = b""
        try:
            loud.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n" + flood)
            told = loud.recv(100)
        except (BrokenPipeError, ConnectionResetError):
            pass

        assert told == b"" or told.startswith(b"HTTP/1.1 400")
    assert httpx.get(url).text == "ok"


def test_an_enormous_query_is_refused(url: str) -> None:
    with connected(url) as loud:
        told = b""
        try:
            loud.sendall(b"GET /?q=" + b"x" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            told = loud.recv(100)
        except (BrokenPipeError, ConnectionResetError):
            pass

        assert told == b"" or told.startswith(b"HTTP/1.1 400")
