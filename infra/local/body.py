"""Read a request's body from the server, whole under a limit or piece by piece."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from recommender.errors import InvalidInput, SegueError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PIECE_BYTES: Final = 2**20


class TooLarge(InvalidInput):
    """Refuse a body over the limit."""

    status = 413
    default_code = "too_large"


class Disconnected(SegueError):
    """Say that the client went away before its body was complete."""

    status = 499
    default_code = "disconnected"


class Body:
    """The body of one request, counted as it comes."""

    def __init__(self, receive: Receive, *, limit: int, announced: int | None, patience_s: float = 60.0) -> None:
        self._receive, self._limit, self._announced, self._patience_s = receive, limit, announced, patience_s
        self._seen = 0
        self._ended = False

    async def whole(self) -> bytes:
        """Return all of it.

        Raises
        ------
        TooLarge
            As soon as it is known to go over the limit.
        Disconnected
            If the client goes away or falls silent.
        """
        pieces = []
        while piece := await self.piece():
            pieces.append(piece)
        return b"".join(pieces)

    async def piece(self) -> bytes:
        """Return about the next megabyte, empty at the end; raises like ``whole``."""
        if self._announced is not None and self._announced > self._limit:
            raise TooLarge(f"the body has {self._announced} bytes; at most {self._limit} are accepted")
        parts: list[bytes] = []
        size = 0
        while not self._ended and size < PIECE_BYTES:
            part = await self._next()
            parts.append(part)
            size += len(part)
            self._seen += len(part)
            if self._seen > self._limit:
                raise TooLarge(f"the body goes over {self._limit} bytes")
        return b"".join(parts)

    async def _next(self) -> bytes:
        try:
            message = await asyncio.wait_for(self._receive(), self._patience_s)
        except TimeoutError as error:
            raise Disconnected(f"the client was silent for {self._patience_s:.0f} s after {self._seen} bytes") from error
        if message["type"] == "http.disconnect":
            raise Disconnected(f"the client went away after {self._seen} bytes")
        self._ended = not message.get("more_body", False)
        part: bytes = message.get("body", b"")
        return part
