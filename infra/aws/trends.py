"""What is popular, read from the log's counters day by day and kept for a minute."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

from infra.aws.log_items import DAYS, day_key, rank_keys
from infra.aws.side_by_side import side_by_side
from infra.aws.table import Table
from recommender.ports.stores import Trend
from recommender.trends import day_of, faded

# So many of the tracks of a day and shard count; what fewer people played on that day is not lifted by it.
MOST_OF_A_DAY: Final = 1_000
FRESH_S: Final = 60.0
_Asking = tuple[int, float, int]


class Trends:
    """Answer what is popular.

    The first asking of a minute reads at most four pages a day of the window, some at once; those after it are answered from memory.
    What this process appends or removes is seen at once, what others do within a minute. Listeners are counted exactly up to
    ``infra.aws.log_changes.SAMPLE`` a day and shard, and beyond it there are at least so many.
    """

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._table, self._clock = table, clock
        self._lock = threading.Lock()
        self._kept: dict[_Asking, tuple[float, list[Trend]]] = {}
        self._changes = 0

    def forget(self) -> None:
        """Let the next asking read the counters."""
        with self._lock:
            self._changes += 1
            self._kept.clear()

    def top(self, *, now: datetime, half_life_days: float, window_days: int, limit: int) -> list[Trend]:
        """Return the most popular tracks, highest first, ties by id."""
        asking = (day_of(now), half_life_days, window_days)
        with self._lock:
            kept, seen = self._kept.get(asking), self._changes
        if kept is not None and self._clock() - kept[0] < FRESH_S:
            return kept[1][:limit]
        read_at = self._clock()
        trends = self._read(*asking)
        with self._lock:
            if self._changes == seen:
                self._kept = {asking: (read_at, trends)}
        return trends[:limit]

    def _read(self, today: int, half_life_days: float, window_days: int) -> list[Trend]:
        plays: defaultdict[str, float] = defaultdict(float)
        listeners: defaultdict[str, set[str]] = defaultdict(set)
        for day, item in self._counters(today - window_days, today):
            plays[item["sk"]] += item["acts"] * faded(today - day, half_life_days=half_life_days)
            listeners[item["sk"]] |= item.get("who", frozenset())
        trends = [Trend(track_id, sum_, len(listeners[track_id])) for track_id, sum_ in plays.items()]
        return sorted(trends, key=lambda trend: (-trend.plays, trend.track_id))

    def _counters(self, first: int, last: int) -> Iterator[tuple[int, dict[str, Any]]]:
        listed = self._table.query(DAYS, where="#sk BETWEEN :first AND :last", first=day_key(first), last=day_key(last))
        places = [(int(item["sk"]), key) for item in listed for key in rank_keys(int(item["sk"]))]
        for (day, _), items in zip(places, side_by_side(lambda place: self._ranked(place[1]), places), strict=True):
            yield from ((day, item) for item in items)

    def _ranked(self, key: str) -> list[dict[str, Any]]:
        found = self._table.query(key, index="by_rank", forward=False, page=MOST_OF_A_DAY)
        return [item for item in islice(found, MOST_OF_A_DAY) if item["acts"] > 0]
