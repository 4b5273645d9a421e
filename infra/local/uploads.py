"""Take uploads as S3 does: a signed PUT is streamed into the object store, then its event is sent to the uploads queue."""

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import BinaryIO, Final, Protocol
from urllib.parse import parse_qs, unquote

from infra.local.body import Body
from infra.local.gateway_event import HttpResponse
from infra.local.queue_event import upload_body
from recommender.errors import Forbidden
from recommender.ports.queues import MessageQueues, Queue

PREFIX: Final = "/objects/"
DEFAULT_LIMIT: Final = 2 * 2**30


class UploadStore(Protocol):
    """An object store that takes signed uploads; ``FolderObjects`` is one."""

    def verify_upload(self, key: str, expires: str, signature: str, *, now: datetime) -> None:
        """Raise ``Forbidden`` unless the signature allows this PUT now."""
        ...

    def open_writer(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Write an object whole or, if the context is left by an error, not at all."""
        ...


class UploadDoor:
    """Store what is PUT under a signed address and announce it to the uploads queue."""

    def __init__(self, store: UploadStore, queues: MessageQueues, pool: Executor) -> None:
        self._store, self._queues, self._pool = store, queues, pool

    async def take(self, raw_path: str, query: str, body: Body) -> HttpResponse:
        """Store one upload.

        Raises
        ------
        Forbidden
            If the signature is missing, wrong or too old.
        TooLarge, Disconnected
            From the body; nothing is stored then.
        """
        key = unquote(raw_path.removeprefix(PREFIX))
        self._verify(key, query)
        loop = asyncio.get_running_loop()
        # the thread pulls the body, so that a slow disk never holds up the event loop and a fast client never fills the memory
        etag = await loop.run_in_executor(
            self._pool, self._store_all, key, lambda: asyncio.run_coroutine_threadsafe(body.piece(), loop).result()
        )
        return HttpResponse(200, (("etag", f'"{etag}"'),))

    def _verify(self, key: str, query: str) -> None:
        given = parse_qs(query)
        if not {"expires", "signature"} <= given.keys():
            raise Forbidden(f"an upload of {key!r} needs the signed address that POST /uploads gives", code="not_signed")
        self._store.verify_upload(key, given["expires"][0], given["signature"][0], now=datetime.now(UTC))

    def _store_all(self, key: str, pull: Callable[[], bytes]) -> str:
        digest = hashlib.md5(usedforsecurity=False)
        size = 0
        with self._store.open_writer(key) as file:
            while piece := pull():
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        etag = digest.hexdigest()
        self._queues.send(Queue.UPLOADS, [upload_body(key, size=size, etag=etag, now=datetime.now(UTC))])
        return etag
