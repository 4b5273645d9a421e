"""Preferences in DynamoDB, one item a user."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from infra.aws.table import Key, Table
from infra.codec.users import decode_preferences, encode_preferences
from recommender.tastes.preferences import Preferences

_KIND: Final = "preferences"


class DynamoPreferenceStore:
    """Keep preferences in the table of users; see ``recommender.ports.stores.PreferenceStore``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, user: str) -> Preferences | None:
        """Return the user's preferences."""
        return self.get_many([user]).get(user)

    def get_many(self, users: Sequence[str]) -> dict[str, Preferences]:
        """Return the preferences of those of the users who have some."""
        found = self._table.get_many(map(_key, users))
        return {user: decode_preferences(json.loads(item["body"])) for user in users if (item := found.get(_key(user)))}

    def put(self, preferences: Preferences) -> None:
        """Write the user's preferences over the former ones."""
        pk, sk = _key(preferences.user)
        self._table.put({"pk": pk, "sk": sk, "body": json.dumps(encode_preferences(preferences), separators=(",", ":"))})

    def users(self) -> Iterator[str]:
        """Yield every user that has preferences; reads the whole table."""
        found = {str(item["pk"])[2:] for item in self._table.scan(only="#pk, #sk") if item["sk"] == _KIND}
        return iter(sorted(found))

    def erase(self, user: str) -> int:
        """Remove them."""
        return int(self._table.delete(_key(user)))


def _key(user: str) -> Key:
    return f"U#{user}", _KIND
