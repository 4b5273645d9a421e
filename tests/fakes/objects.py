"""Objects in a dictionary."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from recommender.errors import InvalidInput, NotFound
from recommender.ports.objects import UploadTarget


class FakeObjects:
    """Keep files in memory; an upload goes to ``https://uploads.test/KEY``.

    Attributes
    ----------
    holes
        By key, bytes of nothing that a file has beyond its content, as a sparse file has.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.holes: dict[str, int] = {}

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        self.files[_checked(key)] = content if isinstance(content, bytes) else content.read()

    def read(self, key: str) -> bytes:
        if _checked(key) not in self.files:
            raise NotFound(f"there is no object {key!r}")
        return self.files[key]

    @contextmanager
    def as_file(self, key: str) -> Iterator[Path]:
        content = self.read(key)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / PurePosixPath(key).name
            path.write_bytes(content)
            yield path

    def size(self, key: str) -> int | None:
        content = self.files.get(_checked(key))
        return None if content is None else len(content) + self.holes.get(key, 0)

    def keys(self, prefix: str) -> Iterator[str]:
        return iter(sorted(key for key in self.files if key.startswith(prefix)))

    def delete(self, key: str) -> None:
        self.files.pop(_checked(key), None)

    def upload_target(self, key: str, *, content_type: str | None = None) -> UploadTarget:
        headers = {"Content-Type": content_type} if content_type else {}
        return UploadTarget(f"https://uploads.test/{_checked(key)}", "PUT", headers)


def _checked(key: str) -> str:
    is_text = key.encode("utf-8", "ignore").decode() == key
    if not is_text or "\0" in key or any(part in {"", ".", ".."} for part in key.split("/")):
        raise InvalidInput(f"this key would leave the store: {key!r}", code="invalid_key", field="key")
    return key
