"""API keys in DynamoDB, one item a key."""

import json

from infra.aws.table import Table
from infra.codec.keys import decode_key, encode_key
from recommender.trust.credentials import Key

_KEYS = "keys"


class DynamoKeyStore:
    """Keep keys in the table of versions, in one partition; see ``recommender.ports.stores.KeyStore``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, key: Key) -> None:
        """Write a key over the former one of its id."""
        self._table.put({"pk": _KEYS, "sk": key.key_id, "body": json.dumps(encode_key(key), separators=(",", ":"))})

    def get(self, key_id: str) -> Key | None:
        """Return the key."""
        found = self._table.get((_KEYS, key_id)) if key_id else None
        return None if found is None else decode_key(json.loads(found["body"]))

    def all(self) -> list[Key]:
        """Return every key, the oldest first."""
        found = [decode_key(json.loads(item["body"])) for item in self._table.query(_KEYS)]
        return sorted(found, key=lambda key: (key.created_at, key.key_id))
