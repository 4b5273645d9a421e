"""Preferences in SQLite, one row a user."""

import json
from collections.abc import Iterator, Sequence

from infra.codec.users import decode_preferences, encode_preferences
from infra.sqlite.database import Database
from recommender.tastes.preferences import Preferences


class SqlitePreferenceStore:
    """Keep preferences in a state database; see ``recommender.ports.stores.PreferenceStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user: str) -> Preferences | None:
        """Return the user's preferences."""
        return self.get_many([user]).get(user)

    def get_many(self, users: Sequence[str]) -> dict[str, Preferences]:
        """Return the preferences of those who have some."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT user, body FROM preferences WHERE user IN (SELECT value FROM json_each(?))", (json.dumps(list(users)),)
            ).fetchall()
        return {user: decode_preferences(json.loads(body)) for user, body in rows}

    def put(self, preferences: Preferences) -> None:
        """Write the user's preferences over the former ones."""
        body = json.dumps(encode_preferences(preferences), separators=(",", ":"))
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO preferences (user, body) VALUES (?, ?)", (preferences.user, body))

    def users(self) -> Iterator[str]:
        """Yield every user that has preferences."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT user FROM preferences ORDER BY user").fetchall()
        return (user for (user,) in rows)

    def erase(self, user: str) -> int:
        """Remove them and overwrite where they were."""
        with self._database.writing() as connection:
            removed = connection.execute("DELETE FROM preferences WHERE user = ?", (user,)).rowcount
        self._database.scrub()
        return removed
