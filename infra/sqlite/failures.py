"""What SQLite's failures mean to the domain: each names the file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from recommender.errors import Unavailable

_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_MEANINGS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_BUSY: "it is locked by another process",
    sqlite3.SQLITE_LOCKED: "it is locked",
    sqlite3.SQLITE_READONLY: "it cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_PERM: "it may not be opened",
    sqlite3.SQLITE_IOERR: "the disk failed",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_PROTOCOL: "it is locked by another process",
}
_CODES: Final = {sqlite3.SQLITE_FULL: "disk_full", sqlite3.SQLITE_IOERR: "disk_failed", sqlite3.SQLITE_READONLY: "read_only"}


@contextmanager
def failures_of(path: Path) -> Iterator[None]:
    """Raise SQLite's failures as ``Unavailable`` that names ``path``; faults of our own statements pass through."""
    try:
        yield
    except sqlite3.Error as error:
        meaning = _meaning(error, path)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(error: sqlite3.Error, path: Path) -> Unavailable | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        return Unavailable(f"{path} is damaged or is no SQLite database ({error}): restore it from a copy", code="damaged_store")
    if code in _MEANINGS:
        return Unavailable(f"{path} cannot be used now: {_MEANINGS[code]} ({error})", code=_CODES.get(code))
    if "no such module" in str(error):
        return Unavailable(f"{path} needs an SQLite built with FTS5, which this Python's is not ({error})", code="missing_feature")
    return None
