"""Objects as files in a folder, written whole or not at all."""

import errno
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from infra.durable import sync_folder
from infra.upload_signatures import UploadSignatures
from recommender.errors import InvalidInput, NotFound, Unavailable
from recommender.ports.objects import UploadTarget
from recommender.trust.access import FormerSecret

_INCOMING: Final = ".incoming"
_TARGET_LASTS: Final = timedelta(hours=1)
_STALE_SECONDS: Final = 86_400.0
_CHUNK_BYTES: Final = 1024 * 1024
_LONGEST_KEY_BYTES: Final = 1024
_LONGEST_PART_BYTES: Final = 255
# What says something of the disk, and not of the one file or of whoever sends it.
_DISK_FAILURES: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EMFILE}
_CODES: Final = {errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full", errno.EFBIG: "disk_full", errno.EROFS: "read_only"}
_IN_THE_WAY: Final = (FileExistsError, IsADirectoryError, NotADirectoryError)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class FolderObjects:
    """Keep objects under a folder; see ``recommender.ports.objects.Objects``.

    A key that is the folder of another key (``a`` beside ``a/b``) raises ``InvalidInput``, as does a first part ``.incoming``.

    Parameters
    ----------
    base_url
        Of the local host, which takes uploads at ``/objects/KEY``.
    secret
        Key of the signatures that let a client put one object.
    former
        Keys of before, which are accepted for a while.
    clock
        When an upload target is made.
    """

    def __init__(
        self,
        root: Path,
        *,
        base_url: str,
        secret: bytes,
        former: Sequence[FormerSecret] = (),
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._signatures = UploadSignatures(secret, former=former)
        self._clock = clock
        try:
            (root / _INCOMING).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"the folder {root} cannot be made: {error}") from error
        self._root = root.resolve()
        _clear_stale(self._root / _INCOMING)

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Write an object whole or not at all, durable on return."""
        with self.open_writer(key) as writer:
            if isinstance(content, bytes):
                writer.write(content)
            else:
                shutil.copyfileobj(content, writer, _CHUNK_BYTES)

    @contextmanager
    def open_writer(self, key: str) -> Iterator[BinaryIO]:
        """Lend a writer for an object that comes in pieces: it is there once the context ends well, and nothing is otherwise."""
        path, partial = self._path(key), self._partial()
        with _disk_failures(path):
            try:
                with partial.open("xb") as writer:
                    yield writer
                    writer.flush()
                    os.fsync(writer.fileno())
                self._settle(partial, path, key)
            finally:
                partial.unlink(missing_ok=True)

    def put_file(self, key: str, source: Path) -> None:
        """Take a local file: by a hard link where the file system can, which costs no space, and else by a copy.

        A link shares the content: whoever writes into the original in place changes the object too.
        """
        path, partial = self._path(key), self._partial()
        if not source.is_file():
            raise NotFound(f"there is no file {str(source)!r}")
        try:
            os.link(source.resolve(), partial)
        except OSError:  # another file system, or one without links, or a file of somebody else
            with source.open("rb") as content:
                self.put(key, content)
            return
        with _disk_failures(path):
            try:
                self._settle(partial, path, key)
            finally:
                partial.unlink(missing_ok=True)

    def read(self, key: str) -> bytes:
        """Return an object's bytes, or raise ``NotFound``."""
        path = self._path(key)
        with _disk_failures(path):
            try:
                return path.read_bytes()
            except (FileNotFoundError, *_IN_THE_WAY) as error:
                raise NotFound(f"there is no object {key!r}") from error

    @contextmanager
    def as_file(self, key: str) -> Iterator[Path]:
        """Lend the file itself, for reading only."""
        path = self._path(key)
        if not path.is_file():
            raise NotFound(f"there is no object {key!r}")
        yield path

    def size(self, key: str) -> int | None:
        """Return its size in bytes, ``None`` if there is none."""
        path = self._path(key)
        return path.stat().st_size if path.is_file() else None

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with ``prefix``, sorted."""
        folder, _, _ = prefix.rpartition("/")
        start = self._path(folder) if folder else self._root
        found = []
        for parent, folders, names in os.walk(start):
            inside = Path(parent).relative_to(self._root)
            if inside == Path():
                folders.remove(_INCOMING)
            found += [key for name in names if (key := (inside / name).as_posix()).startswith(prefix)]
        yield from sorted(found)

    def delete(self, key: str) -> None:
        """Remove an object, with the folders that it leaves empty."""
        path = self._path(key)
        if not path.is_file():
            return
        with _disk_failures(path):
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
        for parent in path.parents:
            if parent == self._root:
                return
            try:
                parent.rmdir()
            except OSError:  # it holds another object
                return

    def upload_target(self, key: str, *, content_type: str | None = None) -> UploadTarget:
        """Return a signed URL on the local host, good for an hour."""
        self._path(key)
        signed = self._signatures.signed(key, expires=int((self._clock() + _TARGET_LASTS).timestamp()))
        return UploadTarget(f"{self._base_url}/objects/{signed}", "PUT", {"Content-Type": content_type} if content_type else {})

    def verify_upload(self, key: str, expires: str, signature: str, *, now: datetime) -> None:
        """Raise ``Forbidden`` unless the signature lets its bearer put this object now."""
        self._path(key)
        self._signatures.verify(key, expires, signature, now=now)

    def _path(self, key: str) -> Path:
        """Return where an object lies, inside the folder for certain: symbolic links that lead out are refused too."""
        parts = key.split("/")
        try:
            sizes = [len(part.encode()) for part in parts]
        except UnicodeEncodeError as error:
            raise _bad_key(key) from error
        odd = any(part in {"", ".", ".."} for part in parts) or "\0" in key or parts[0] == _INCOMING or (os.sep != "/" and os.sep in key)
        if odd or max(sizes) > _LONGEST_PART_BYTES or sum(sizes) > _LONGEST_KEY_BYTES:
            raise _bad_key(key)
        path = self._root.joinpath(*parts)
        try:
            inside = path.resolve().is_relative_to(self._root)
        except (OSError, RuntimeError) as error:  # a circle of links
            raise _bad_key(key) from error
        if not inside:
            raise _bad_key(key)
        return path

    def _partial(self) -> Path:
        return self._root / _INCOMING / uuid.uuid4().hex

    def _settle(self, partial: Path, path: Path, key: str) -> None:
        """Move a finished file to its place and see that it stays there."""
        try:
            _move(partial, path)
        except FileNotFoundError:  # a delete has just removed the folder as empty
            _move(partial, path)
        except _IN_THE_WAY as error:
            raise InvalidInput(f"an object lies in the way of the key {key!r}", code="invalid_key", field="key") from error
        for folder in path.parents:
            sync_folder(folder)
            if folder == self._root:
                return


def _move(partial: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial.replace(path)


def _bad_key(key: str) -> InvalidInput:
    return InvalidInput(f"this is no key of an object in the store: {key[:200]!r}", code="invalid_key", field="key")


def _clear_stale(incoming: Path) -> None:
    """Remove what killed processes left half written; what another process may still be writing is younger."""
    oldest = time.time() - _STALE_SECONDS
    for partial in incoming.iterdir():
        with suppress(FileNotFoundError):  # it was just finished
            if partial.stat().st_mtime < oldest:
                partial.unlink()


@contextmanager
def _disk_failures(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK_FAILURES:
            raise
        raise Unavailable(f"{path} cannot be written or read now: {error.strerror}", code=_CODES.get(error.errno)) from error
