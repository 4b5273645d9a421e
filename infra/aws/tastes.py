"""Tastes in DynamoDB, one packed item a user."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from infra.aws.shards import USER_SHARDS, in_order, shard_of
from infra.aws.side_by_side import side_by_side
from infra.aws.table import ConditionFailed, Key, Table
from infra.codec.tastes import decode_taste, encode_taste
from recommender.errors import Conflict, InvalidInput
from recommender.tastes.taste import Taste

LARGEST_BYTES: Final = 64 * 1024
_KIND: Final = "taste"


class DynamoTasteStore:
    """Keep tastes in the table of users; see ``recommender.ports.stores.TasteStore``.

    A taste is packed into one item of at most 64 kB, for which ``InvalidInput`` is raised beyond: a write costs a unit a kilobyte.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, user: str) -> Taste | None:
        """Return the user's taste."""
        return self.get_many([user]).get(user)

    def get_many(self, users: Sequence[str]) -> dict[str, Taste]:
        """Return the tastes of those of the users who have one."""
        found = self._table.get_many(map(_key, users))
        return {user: _unpacked(item["body"]) for user in users if (item := found.get(_key(user)))}

    def revisions(self, users: Sequence[str]) -> dict[str, int]:
        """Return the revisions of those of the users who have a taste; reading them costs as much as reading the tastes."""
        found = self._table.get_many(map(_key, users), only="#revision")
        return {user: item["revision"] for user in users if (item := found.get(_key(user)))}

    def put(self, taste: Taste) -> Taste:
        """Write a taste whose revision is the stored one, or raise ``Conflict``."""
        written = replace(taste, revision=taste.revision + 1)
        pk, sk = _key(taste.user)
        item: dict[str, Any] = {"pk": pk, "sk": sk, "revision": written.revision, "body": _packed(written)}
        if not taste.revision:
            # Listed before it is written: a listed user without a taste is passed over, the reverse would be forgotten.
            list_pk, list_sk = _listed(taste.user)
            self._table.put({"pk": list_pk, "sk": list_sk})
        condition = "#revision = :former" if taste.revision else "attribute_not_exists(#pk)"
        try:
            self._table.put(item, condition=condition, **({"former": taste.revision} if taste.revision else {}))
        except ConditionFailed as error:
            raise Conflict(f"the taste of {taste.user!r} was written by somebody else since revision {taste.revision}") from error
        return written

    def put_many(self, tastes: Sequence[Taste]) -> list[Taste]:
        """Write each taste whose revision is the stored one, some at once."""
        return [written for written in side_by_side(self._put_or_leave, tastes) if written is not None]

    def users(self) -> Iterator[str]:
        """Yield every user that has a taste, in order."""
        listed = (str(item["sk"]) for item in in_order(self._table, "S", USER_SHARDS))
        while page := [user for _, user in zip(range(100), listed, strict=False)]:
            having = self.revisions(page)
            yield from (user for user in page if user in having)

    def erase(self, user: str) -> int:
        """Remove the user's taste."""
        removed = self._table.delete(_key(user))
        self._table.delete(_listed(user))
        return int(removed)

    def _put_or_leave(self, taste: Taste) -> Taste | None:
        try:
            return self.put(taste)
        except Conflict:
            return None


def _key(user: str) -> Key:
    return f"U#{user}", _KIND


def _listed(user: str) -> Key:
    return f"S#{shard_of(user, USER_SHARDS)}", user


def _packed(taste: Taste) -> bytes:
    body = zlib.compress(json.dumps(encode_taste(taste), separators=(",", ":")).encode())
    if len(body) > LARGEST_BYTES - 256:
        raise InvalidInput(f"the taste of {taste.user!r} takes {len(body)} bytes packed; {LARGEST_BYTES} are the most", code="too_large")
    return body


def _unpacked(body: bytes) -> Taste:
    stored: dict[str, Any] = json.loads(zlib.decompress(body))
    return decode_taste(stored)
