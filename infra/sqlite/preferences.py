"""Preferences in SQLite, one row a user."""

import json

from infra.codec.users import decode_preferences, encode_preferences
from infra.sqlite.database import Database
from recommender.preferences import Preferences


class SqlitePreferenceStore:
    """Keep preferences in a state database; see ``recommender.ports.stores.PreferenceStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user: str) -> Preferences | None:
        """Return the user's preferences."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT body FROM preferences WHERE user = ?", (user,)).fetchone()
        return None if row is None else decode_preferences(json.loads(row[0]))

    def put(self, preferences: Preferences) -> None:
        """Write the user's preferences over the former ones."""
        body = json.dumps(encode_preferences(preferences), separators=(",", ":"))
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO preferences (user, body) VALUES (?, ?)", (preferences.user, body))

    def erase(self, user: str) -> int:
        """Remove them and overwrite where they were."""
        with self._database.writing() as connection:
            removed = connection.execute("DELETE FROM preferences WHERE user = ?", (user,)).rowcount
        self._database.scrub()
        return removed
