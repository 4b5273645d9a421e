"""One SQLite file: its connections and transactions, shared by threads and by processes."""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from infra.durable import sync_folder
from infra.sqlite.failures import failures_of
from infra.sqlite.schema import Schema
from recommender.errors import Unavailable

_WAIT_SECONDS: Final = 10.0
_READER_CACHE_KIB: Final = 8 * 1024
_WRITER_CACHE_KIB: Final = 64 * 1024
_LARGEST_LOG_BYTES: Final = 64 * 1024 * 1024


class Database:
    """Lend connections to one file in WAL mode: many readers and, at a time, one writer.

    Writers of this process queue on a lock, which is fair and wakes at once; SQLite's own waiting, which polls, is left for other
    processes. A process must not fork while it holds a database.

    Raises
    ------
    Unavailable
        From here and from every transaction: if the file cannot be opened, is locked for too long, is read-only, is damaged, is of
        another kind or newer than this program, or if the disk is full.
    """

    def __init__(self, path: Path, schema: Schema, *, wait_seconds: float = _WAIT_SECONDS) -> None:
        self.path = path
        self._wait_seconds = wait_seconds
        self._writing = threading.Lock()
        self._readers: deque[sqlite3.Connection] = deque()
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"the folder of {path} cannot be made: {error}") from error
        with failures_of(path):
            self._durable = self._connect("FULL", cache_kib=_WRITER_CACHE_KIB)
            try:
                _use_wal(self._durable, until=time.monotonic() + wait_seconds)
                _migrate(self._durable, schema, path)
                self._swift = self._connect("NORMAL", cache_kib=_WRITER_CACHE_KIB)
            except BaseException:
                self._durable.close()
                raise
        sync_folder(path.parent)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one moment of the file; fetch everything before leaving."""
        self._refuse_closed()
        with failures_of(self.path):
            connection = self._reader()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                self._give_back(connection)

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Lend the writer: all that is written is there when the context ends well, and none of it otherwise.

        ``durable=False`` spares the wait for the disk: the last such writes may be lost in a power cut, though not when the process
        is killed.
        """
        with self._writing, failures_of(self.path):
            self._refuse_closed()
            connection = self._durable if durable else self._swift
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def scrub(self) -> None:
        """Overwrite the write-ahead log, in which erased rows would otherwise remain; readers of other processes may put it off."""
        with self._writing, failures_of(self.path):
            self._refuse_closed()
            self._durable.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def rewrite(self) -> None:
        """Write the whole file anew, so that no byte of what was removed is left in it.

        ``secure_delete`` overwrites rows where they are removed, but not the copies of them that a page keeps when SQLite moves rows
        from a full page to others; only ``VACUUM`` leaves these behind. It takes about a second for 150 MB, and as much free disk.

        Raises
        ------
        Unavailable
            If somebody reads for so long that the write-ahead log cannot be emptied.
        """
        with self._writing, failures_of(self.path):
            self._refuse_closed()
            self._durable.execute("PRAGMA temp_store = MEMORY")
            self._durable.execute("VACUUM")
            ((is_busy, _, _),) = self._durable.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if is_busy:
            raise Unavailable(f"{self.path} is being read, so that what was removed cannot be overwritten yet")
        # Damaged files that were set aside (``infra.sqlite.salvage``) hold what they held: nobody can be taken out of them.
        for aside in self.path.parent.glob(f"{self.path.name}.*.old*"):
            aside.unlink(missing_ok=True)

    def close(self) -> None:
        """Close every connection that is not lent; safe to call twice."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            self._durable.close()
            self._swift.close()
        while self._readers:
            self._readers.pop().close()

    def _reader(self) -> sqlite3.Connection:
        try:
            return self._readers.pop()
        except IndexError:
            connection = self._connect("FULL", cache_kib=_READER_CACHE_KIB)
            connection.execute("PRAGMA query_only = ON")
            return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._readers.append(connection)

    def _connect(self, synchronous: str, *, cache_kib: int) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=self._wait_seconds, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA cache_size = -{cache_kib}")
            connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG_BYTES}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_closed(self) -> None:
        if self._closed:
            raise Unavailable(f"{self.path} has been closed")


def _use_wal(connection: sqlite3.Connection, *, until: float) -> None:
    """Switch to WAL; two processes that do so at once lock each other out without waiting, so this waits for them."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _migrate(connection: sqlite3.Connection, schema: Schema, path: Path) -> None:
    if _checked_steps(connection, schema, path) == len(schema.migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = _checked_steps(connection, schema, path)  # another process may have been first
        for step in schema.migrations[done:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(schema.migrations)}")
        connection.execute(f"PRAGMA application_id = {schema.application_id}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _checked_steps(connection: sqlite3.Connection, schema: Schema, path: Path) -> int:
    """Return how many migrations the file has had, if it is a file of ours."""
    done, application_id, tables = connection.execute(
        "SELECT user_version, application_id, (SELECT COUNT(*) FROM sqlite_master) FROM pragma_user_version, pragma_application_id"
    ).fetchone()
    if (application_id or tables) and application_id != schema.application_id:
        raise Unavailable(f"{path} is a database of something else, not of {schema.name}: name another file", code="wrong_store")
    if done > len(schema.migrations):
        raise Unavailable(
            f"{path} was written by a newer version (schema {done}, this one knows {len(schema.migrations)})", code="newer_store"
        )
    return int(done)
