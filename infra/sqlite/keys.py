"""API keys in SQLite, one row a key."""

import json

from infra.codec.keys import decode_key, encode_key
from infra.sqlite.database import Database
from recommender.trust.credentials import Key


class SqliteKeyStore:
    """Keep keys in a state database; see ``recommender.ports.stores.KeyStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, key: Key) -> None:
        """Write a key over the former one of its id."""
        body = json.dumps(encode_key(key), separators=(",", ":"))
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO keys (key_id, body) VALUES (?, ?)", (key.key_id, body))

    def get(self, key_id: str) -> Key | None:
        """Return the key."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT body FROM keys WHERE key_id = ?", (key_id,)).fetchone()
        return None if row is None else decode_key(json.loads(row[0]))

    def all(self) -> list[Key]:
        """Return every key, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT body FROM keys").fetchall()
        return sorted((decode_key(json.loads(body)) for (body,) in rows), key=lambda key: (key.created_at, key.key_id))
