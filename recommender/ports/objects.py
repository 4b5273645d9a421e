"""Objects: files by key, and where a client may put one itself."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """Where and how to send a file: a presigned request."""

    url: str
    method: str
    headers: Mapping[str, str]


class Objects(Protocol):
    """Keep files by key. Keys are relative, ``/``-separated; one that would leave the store raises ``InvalidInput``."""

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Write an object whole or not at all."""
        ...

    def read(self, key: str) -> bytes:
        """Return an object's bytes.

        Raises
        ------
        NotFound
            If there is none, naming the key.
        """
        ...

    def as_file(self, key: str) -> AbstractContextManager[Path]:
        """Lend the object as a local file for as long as the context is open; raises ``NotFound`` like ``read``."""
        ...

    def size(self, key: str) -> int | None:
        """Return its size in bytes, ``None`` if there is none."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with ``prefix``, sorted."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is passed over."""
        ...

    def upload_target(self, key: str, *, content_type: str | None = None) -> UploadTarget:
        """Return where a client may PUT this one object during the next hour."""
        ...
