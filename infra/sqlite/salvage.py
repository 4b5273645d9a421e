"""Save what can still be read of a damaged SQLite file into a new one, which takes its place."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.sqlite.database import Database
from infra.sqlite.schema import Schema

_LAST_ROW: Final = 2**40
_BATCH: Final = 1_000
# Counters of the log, which are counted anew from what is left of it.
_COUNTERS: Final = ("track_days", "listeners", "listener_days", "trend_day", "trends")
_RECOUNT: Final = (
    *(f"DELETE FROM {table}" for table in _COUNTERS),  # noqa: S608 - constants only
    """INSERT INTO track_days (day, track_id, acts)
    SELECT counted_day, track_id, COUNT(*) FROM interactions WHERE counted_day IS NOT NULL GROUP BY 1, 2""",
    """INSERT INTO listeners (user, track_id, last_day)
    SELECT user, track_id, MAX(counted_day) FROM interactions WHERE counted_day IS NOT NULL GROUP BY 1, 2""",
    "INSERT INTO listener_days (track_id, last_day, listeners) SELECT track_id, last_day, COUNT(*) FROM listeners GROUP BY 1, 2",
)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What a salvage did.

    Attributes
    ----------
    rows
        How many rows were saved.
    torn
        Tables of which something could not be read.
    set_aside
        Where the damaged file lies now.
    """

    rows: int
    torn: tuple[str, ...]
    set_aside: Path


def is_damaged(path: Path) -> bool:
    """Tell whether SQLite finds something wrong with a file, or a row of JSON cannot be read; a file that is not there is well."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            found = connection.execute("PRAGMA integrity_check (1)").fetchone()
            return bool(found != ("ok",)) or not all(_is_readable(connection, table) for table in _bodied(connection))
    except sqlite3.DatabaseError:
        return True


def salvage(path: Path, schema: Schema, *, stamp: str) -> Salvaged:
    """Set a damaged file aside and write what can be read of it into a new one; nobody may use it meanwhile.

    Parameters
    ----------
    stamp
        Put into the name of the file that is set aside.

    Raises
    ------
    Unavailable
        If the new file cannot be written.
    """
    aside = path.with_name(f"{path.name}.{stamp}.old")
    for ending in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    fresh = Database(path, schema)
    try:
        with closing(sqlite3.connect(aside, isolation_level=None)) as old:
            rows, torn = _copy_all(old, fresh)
        if torn & {*_COUNTERS, "interactions"}:
            with fresh.writing() as connection:
                for statement in _RECOUNT:
                    connection.execute(statement)
    finally:
        fresh.close()
    return Salvaged(rows, tuple(sorted(torn)), aside)


def _copy_all(old: sqlite3.Connection, fresh: Database) -> tuple[int, set[str]]:
    with fresh.reading() as connection:
        tables = {name: _columns(connection, name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    rows, torn = 0, set[str]()
    for table, columns in tables.items():
        reading = _Reading(old, table, columns)
        while batch := reading.some():
            with fresh.writing() as connection:
                marks = ", ".join("?" * len(columns))
                # Names of tables and columns are those of our own schema.
                connection.executemany(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})", batch)  # noqa: S608
            rows += len(batch)
        if reading.is_torn:
            torn.add(table)
    return rows, torn


class _Reading:
    """Read a table row by row, past what cannot be read; of a table without row ids nothing is read after the first fault."""

    def __init__(self, old: sqlite3.Connection, table: str, columns: list[str]) -> None:
        self._table, self._columns = table, columns
        self.is_torn = False
        self._rows = self._read(old)

    def some(self) -> list[Row]:
        """Return the next rows, none at the end."""
        found = []
        for row in self._rows:
            found.append(row)
            if len(found) == _BATCH:
                break
        return found

    def _read(self, old: sqlite3.Connection) -> Iterator[Row]:
        after, step = -1, 1
        has_row_ids = True
        while after < _LAST_ROW:
            try:
                named = ", ".join(self._columns)
                if has_row_ids := _has_row_ids(old, self._table):
                    found = old.execute(f"SELECT rowid, {named} FROM {self._table} WHERE rowid > ? ORDER BY rowid", (after,))  # noqa: S608
                else:
                    found = old.execute(f"SELECT 0, {named} FROM {self._table}")  # noqa: S608 - our own names
                for number, *row in found:
                    after, step = (number, 1) if has_row_ids else (after, step)
                    if self._is_whole(row):
                        yield tuple(row)
            except sqlite3.DatabaseError:
                self.is_torn = True
                after, step = after + step, step * 2
                if not has_row_ids:
                    return
            else:
                return

    def _is_whole(self, row: list[Any]) -> bool:
        """Tell whether a row's JSON can be read; one that cannot would be an error for whoever reads it."""
        if "body" not in self._columns:
            return True
        try:
            json.loads(row[self._columns.index("body")])
        except (ValueError, TypeError):
            self.is_torn = True
            return False
        return True


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(name) for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def _has_row_ids(connection: sqlite3.Connection, table: str) -> bool:
    told = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    return told is None or "WITHOUT ROWID" not in str(told[0])


def _bodied(connection: sqlite3.Connection) -> list[str]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [name for (name,) in tables if "body" in _columns(connection, name)]


def _is_readable(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE NOT json_valid(body))").fetchone()  # noqa: S608 - our own names
    return not found[0]
