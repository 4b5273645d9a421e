"""Tallies in DynamoDB: each key of a name one item, with a number for each day."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from infra.aws.shards import in_order, shard_of, shards
from infra.aws.side_by_side import side_by_side
from infra.aws.table import Key, Table

_SHARDS: Final = 8
_NAMES: Final = "tallies"
_DAY: Final = "d"


class DynamoTallies:
    """Keep tallies in the table of versions; see ``recommender.ports.stores.Tallies``.

    Adding costs one write a key, reading one read a key whatever the number of days; a key takes some thousand additions a second.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._listed: set[str] = set()

    def add(self, name: str, counts: Mapping[str, float], *, day: int) -> None:
        """Add to the counts of a day."""
        if name not in self._listed:
            self._table.put({"pk": _NAMES, "sk": name})
            self._listed.add(name)
        side_by_side(lambda row: self._table.update(_key(name, row[0]), f"ADD #{_DAY}{day} :count", count=row[1]), list(counts.items()))

    def read(self, name: str, *, since: int, keys: Sequence[str] | None = None) -> dict[str, float]:
        """Return each key's sum from the day ``since`` on."""
        if keys is None:
            items: Iterator[dict[str, Any]] = in_order(self._table, f"A#{name}", _SHARDS)
        else:
            items = iter(self._table.get_many(_key(name, key) for key in keys).values())
        days = {item["sk"]: [count for day, count in _days(item).items() if day >= since] for item in items}
        return {key: float(sum(counts)) for key, counts in days.items() if counts}

    def expire(self, before: int) -> int:
        """Remove the counts of days before ``before``; reads every key."""
        removed = 0
        for named in self._table.query(_NAMES):
            for shard in shards(_SHARDS):
                for item in self._table.query(f"A#{named['sk']}#{shard}"):
                    removed += self._drop((item["pk"], item["sk"]), [day for day in _days(item) if day < before])
        return removed

    def _drop(self, key: Key, days: list[int]) -> int:
        if days:
            self._table.update(key, "REMOVE " + ", ".join(f"#{_DAY}{day}" for day in days))
        return len(days)


def _key(name: str, key: str) -> Key:
    return f"A#{name}#{shard_of(key, _SHARDS)}", key


def _days(item: Mapping[str, Any]) -> dict[int, float]:
    return {int(name.removeprefix(_DAY)): count for name, count in item.items() if name not in {"pk", "sk"}}
