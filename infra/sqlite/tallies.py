"""Counts by name, day and key in SQLite, written without waiting for the disk."""

from collections.abc import Mapping, Sequence
from typing import Final

from infra.points import batches
from infra.sqlite.database import Database

_KEYS: Final = 500


class SqliteTallies:
    """Keep counts in a state database; see ``recommender.ports.stores.Tallies``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, counts: Mapping[str, float], *, day: int) -> None:
        """Add to the counts of a day."""
        if not counts:
            return
        rows = [(name, day, key, float(count)) for key, count in sorted(counts.items())]
        with self._database.writing(durable=False) as connection:
            connection.executemany(
                "INSERT INTO tallies (name, day, key, value) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name, key, day) DO UPDATE SET value = value + excluded.value",
                rows,
            )

    def read(self, name: str, *, since: int, keys: Sequence[str] | None = None) -> dict[str, float]:
        """Return each key's sum from a day on."""
        asked = "SELECT key, SUM(value) FROM tallies WHERE name = ? AND day >= ?"
        with self._database.reading() as connection:
            if keys is None:
                return dict(connection.execute(f"{asked} GROUP BY key", (name, since)).fetchall())
            found: dict[str, float] = {}
            for some in batches(keys, _KEYS):
                places = ",".join("?" * len(some))
                # the text that is put in is question marks only
                rows = connection.execute(f"{asked} AND key IN ({places}) GROUP BY key", (name, since, *some))
                found |= dict(rows.fetchall())
            return found

    def expire(self, before: int) -> int:
        """Remove the counts of days before ``before``."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM tallies WHERE day < ?", (before,)).rowcount
