"""What is served, in SQLite: one row."""

import json
from dataclasses import asdict, replace

from infra.sqlite.database import Database
from recommender.errors import Conflict, Unavailable
from recommender.serving import Serving


class SqliteServingStore:
    """Keep the one switch in a state database; see ``recommender.ports.stores.ServingStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> Serving:
        """Return what is served now."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT body FROM serving").fetchone()
        try:
            return Serving() if row is None else Serving(**json.loads(row[0]))
        except (ValueError, TypeError) as error:
            told = f"what is served cannot be read in {self._database.path}: {error}"
            raise Unavailable(f"{told}; see `segue doctor`", code="damaged_serving") from error

    def put(self, serving: Serving) -> Serving:
        """Switch from the stored revision, or raise ``Conflict``."""
        written = replace(serving, revision=serving.revision + 1)
        with self._database.writing() as connection:
            stored = connection.execute("SELECT revision FROM serving").fetchone()
            if serving.revision != (stored[0] if stored else 0):
                raise Conflict(f"what is served was switched by somebody else since revision {serving.revision}")
            connection.execute(
                "INSERT OR REPLACE INTO serving (only, revision, body) VALUES (1, ?, ?)", (written.revision, json.dumps(asdict(written)))
            )
        return written
