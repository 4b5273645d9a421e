"""The pages that were shown, in DynamoDB: each one item with its user, found by time and by id through indexes."""

import heapq
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from infra.aws.log_items import DAYS, day_key, listed_days, moment_key
from infra.aws.shards import DAY_SHARDS, shard_of
from infra.aws.table import Table
from infra.codec.users import decode_impression, encode_impression
from recommender.pages.impressions import Impression
from recommender.trends import day_of
from recommender.upkeep import IMPRESSIONS_KEPT

_PREFIX: Final = "P#"
_LEFTOVER: Final = timedelta(days=7)
_MOMENT: Final = timedelta(microseconds=1)


class DynamoImpressionLog:
    """Keep pages in the table of users; see ``recommender.ports.stores.ImpressionLog``.

    ``get`` and ``since`` read indexes that may lag some seconds behind; ``of_user`` and ``erase`` see every page.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._listed: set[int] = set()

    def append(self, impression: Impression) -> None:
        """Write one page."""
        day = day_of(impression.at)
        if day not in self._listed:
            self._table.put({"pk": DAYS, "sk": day_key(day)})
            self._listed.add(day)
        moment = moment_key(impression.at, impression.recommendation_id)
        self._table.put(
            {
                "pk": f"U#{impression.user}",
                "sk": f"{_PREFIX}{moment}",
                "day": f"{day_key(day)}#{shard_of(impression.user, DAY_SHARDS)}",
                "moment": moment,
                "page": impression.recommendation_id,
                "body": json.dumps(encode_impression(impression), separators=(",", ":")),
                "expires": int((impression.at + IMPRESSIONS_KEPT + _LEFTOVER).timestamp()),
            }
        )

    def since(self, moment: datetime) -> Iterator[Impression]:
        """Yield the pages shown after ``moment``, oldest first."""
        first = day_of(moment)
        for day in self._days():
            if day >= first:
                yield from map(_page_of, self._of_day(day, "#moment >= :bound", moment_key(moment + _MOMENT)))

    def get(self, recommendation_id: str) -> Impression | None:
        """Return the page with this id."""
        if not recommendation_id:
            return None
        for known in self._table.query(recommendation_id, index="by_page"):
            item = self._table.get((known["pk"], known["sk"]))
            if item is not None:
                return _page_of(item)
        return None

    def of_user(self, user: str, *, latest: int | None = None) -> list[Impression]:
        """Return the pages shown to one user, oldest first: all of them, or the ``latest`` ones."""
        newest = self._table.query(f"U#{user}", where="begins_with(#sk, :prefix)", prefix=_PREFIX, forward=False, page=latest)
        return [_page_of(item) for item in islice(newest, latest)][::-1]

    def users(self) -> Iterator[str]:
        """Yield every user that has pages; reads the whole table."""
        found = {str(item["pk"])[2:] for item in self._table.scan(only="#pk, #sk") if str(item["sk"]).startswith(_PREFIX)}
        return iter(sorted(found))

    def erase(self, user: str) -> int:
        """Remove the pages of a user."""
        return self._remove(self._table.query(f"U#{user}", where="begins_with(#sk, :prefix)", prefix=_PREFIX))

    def expire(self, before: datetime) -> int:
        """Remove pages older than ``before``."""
        removed = 0
        for day in self._days():
            if day <= day_of(before):
                removed += self._remove(self._of_day(day, "#moment < :bound", moment_key(before)))
            if day < day_of(before):
                self._table.delete((DAYS, day_key(day)))
                self._listed.discard(day)
        return removed

    def _remove(self, items: Iterator[dict[str, Any]]) -> int:
        return sum(self._table.delete((item["pk"], item["sk"])) for item in items)

    def _of_day(self, day: int, where: str, bound: str) -> Iterator[dict[str, Any]]:
        parts = [self._table.query(place, index="by_day", where=where, bound=bound) for place in listed_days(day)]
        return heapq.merge(*parts, key=lambda item: str(item["moment"]))

    def _days(self) -> list[int]:
        return [int(item["sk"]) for item in self._table.query(DAYS)]


def _page_of(item: dict[str, Any]) -> Impression:
    return decode_impression(json.loads(item["body"]))
