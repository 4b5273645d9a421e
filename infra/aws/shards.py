"""Shards: what would be one busy partition is spread over several, and read back in one order."""

import heapq
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from infra.aws.table import Table

# A partition takes 1,000 writes a second.
TRACK_SHARDS: Final = 16
USER_SHARDS: Final = 16
DAY_SHARDS: Final = 8
RANK_SHARDS: Final = 4
COUNT_SHARDS: Final = 32


def shard_of(name: str, count: int) -> str:
    """Return the shard of a name, always the same: two hexadecimal digits."""
    return f"{zlib.crc32(name.encode('utf-8', 'surrogatepass')) % count:02x}"


def shards(count: int) -> list[str]:
    """Return all shards."""
    return [f"{number:02x}" for number in range(count)]


def in_order(table: Table, prefix: str, count: int, *, after: str | None = None, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the items of ``PREFIX#SHARD`` of all shards, in the order of their sort keys, from after ``after`` on."""
    page = None if limit is None else limit // count + 4
    where = {} if after is None else {"where": "#sk > :after", "after": after}
    parts = [table.query(f"{prefix}#{shard}", page=page, **where) for shard in shards(count)]  # type: ignore[arg-type]  # values beside ``where``
    return heapq.merge(*parts, key=by_sort_key)


by_sort_key: Callable[[dict[str, Any]], str] = lambda item: str(item["sk"])  # noqa: E731  # a key, named once
