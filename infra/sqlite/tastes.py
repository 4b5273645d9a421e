"""Tastes in SQLite, one row a user."""

import json
from dataclasses import replace

from infra.codec.tastes import decode_taste, encode_taste
from infra.sqlite.database import Database
from recommender.errors import Conflict
from recommender.taste import Taste


class SqliteTasteStore:
    """Keep tastes in a state database; see ``recommender.ports.stores.TasteStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user: str) -> Taste | None:
        """Return the user's taste."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT body FROM tastes WHERE user = ?", (user,)).fetchone()
        return None if row is None else decode_taste(json.loads(row[0]))

    def put(self, taste: Taste) -> Taste:
        """Write a taste whose revision is the stored one, or raise ``Conflict``."""
        written = replace(taste, revision=taste.revision + 1)
        body = json.dumps(encode_taste(written), separators=(",", ":"))
        with self._database.writing() as connection:
            stored = connection.execute("SELECT revision FROM tastes WHERE user = ?", (taste.user,)).fetchone()
            if taste.revision != (stored[0] if stored else 0):
                raise Conflict(f"the taste of {taste.user!r} was written by somebody else since revision {taste.revision}")
            connection.execute(
                "INSERT OR REPLACE INTO tastes (user, revision, body) VALUES (?, ?, ?)", (taste.user, written.revision, body)
            )
        return written

    def erase(self, user: str) -> int:
        """Remove the user's taste and overwrite where it was."""
        with self._database.writing() as connection:
            removed = connection.execute("DELETE FROM tastes WHERE user = ?", (user,)).rowcount
        self._database.scrub()
        return removed
