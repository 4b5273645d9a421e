"""The interaction log in DynamoDB: each interaction once, counted in the same transaction."""

import heapq
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from infra.aws.log_changes import Coming, counters, going, packed
from infra.aws.log_items import (
    BANS,
    DAYS,
    act_key,
    act_of,
    count_key,
    counter_key,
    day_key,
    listed_days,
    moment_key,
    newest_first,
    user_key,
)
from infra.aws.shards import COUNT_SHARDS, USER_SHARDS, in_order, shards
from infra.aws.side_by_side import side_by_side
from infra.aws.table import Cancelled, Key, Table
from infra.aws.trends import Trends
from recommender.interactions import Interaction, Kind
from recommender.ports.stores import Trend
from recommender.trends import day_of, is_counted

_MOMENT: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)
_PAGE: Final = 1_000
_FULL_KEPT: Final = 10_000


class DynamoInteractionLog:
    """Keep every interaction once; see ``recommender.ports.stores.InteractionLog``.

    Some thirty interactions are one transaction: with its claim, its user's and its track's counters each comes whole or not at all. An
    append of more is several; one that is cut short is finished by the message that comes again, and nothing is counted twice. A
    user's own interactions are read as they stand; ``until`` reads an index that may lag some seconds behind.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._trends = Trends(table)
        self._lock = threading.Lock()
        self._listed: set[int] = set()
        self._full: set[Key] = set()

    def append(self, interactions: Sequence[Interaction]) -> list[Interaction]:
        """Write the new ones and return them."""
        by_id: dict[str, Interaction] = {}
        for act in interactions:
            by_id.setdefault(act.interaction_id, act)
        if not by_id:
            return []
        self._list_days({day_of(act.at) for act in by_id.values()})
        try:
            written = {act.interaction_id for part in packed(by_id.values()) for act in self._write(part)}
        finally:
            self._trends.forget()
        return [act for act in by_id.values() if act.interaction_id in written]

    def of_user(self, user: str, *, limit: int | None = None, kind: Kind | None = None) -> list[Interaction]:
        """Return a user's interactions, of one kind or of all, newest first; bans are found without reading the others."""
        index = "by_ban" if kind in BANS else None
        told = (act_of(item) for item in self._table.query(f"U#{user}", index=index, page=None if kind or not limit else limit))
        return list(islice((act for act in told if kind in (None, act.kind)), limit))

    def of_users(self, users: Sequence[str], *, limit: int | None = None, kind: Kind | None = None) -> dict[str, list[Interaction]]:
        """Return each user's interactions, some users at once."""
        return dict(zip(users, side_by_side(lambda user: self.of_user(user, limit=limit, kind=kind), users), strict=True))

    def until(self, cutoff: datetime) -> Iterator[Interaction]:
        """Yield the public interactions up to the cutoff, oldest first; a page of each shard of one day is in memory at a time."""
        return (act for act in self._before(cutoff + _MOMENT) if not act.private)

    def trending(self, *, now: datetime, half_life_days: float, window_days: int, limit: int) -> list[Trend]:
        """Return the most popular tracks; see ``infra.aws.trends.Trends`` for what it costs."""
        return self._trends.top(now=now, half_life_days=half_life_days, window_days=window_days, limit=limit)

    def users(self) -> Iterator[str]:
        """Yield every user that has an interaction, in order."""
        return (str(item["sk"]) for item in in_order(self._table, "S", USER_SHARDS) if item["acts"] > 0)

    def count(self) -> int:
        """Return how many interactions are kept, from 32 counters; what DynamoDB's time-to-live removed is still counted."""
        found = self._table.get_many((f"N#{shard}", "N") for shard in shards(COUNT_SHARDS))
        return sum(item["acts"] for item in found.values())

    def count_of(self, user: str) -> int:
        """Return how many interactions of a user are kept, from the user's counter."""
        found = self._table.get(user_key(user))
        return max(0, int(found["acts"])) if found else 0

    def page_of(self, user: str, *, limit: int, after: Interaction | None = None) -> list[Interaction]:
        """Return a user's interactions from the one after ``after`` on, newest first."""
        where = {} if after is None else {"where": "#sk > :after", "after": newest_first(after.at, after.interaction_id)}
        found = self._table.query(f"U#{user}", page=limit, **where)  # type: ignore[arg-type]  # values beside ``where``
        return [act_of(item) for item in islice(found, limit)]

    def first_public(self, user: str) -> datetime | None:
        """Return when the oldest of a user's interactions that are not private happened."""
        oldest = map(act_of, self._table.query(f"U#{user}", forward=False, page=_PAGE))
        return next((act.at for act in oldest if not act.private), None)

    def remove(self, interactions: Sequence[Interaction]) -> int:
        """Remove those that are kept, as they are kept."""
        found = self._table.get_many(map(act_key, interactions))
        kept = [act_of(item) for item in found.values()]
        removed = self._remove(kept, staying=self._others(kept)) if kept else 0
        for user in {act.user for act in kept}:
            self._forget_user(user)
        return removed

    def erase(self, user: str) -> int:
        """Remove a user's interactions, from the counters too."""
        removed = 0
        while acts := self.of_user(user, limit=_PAGE):
            removed += self._remove(acts, staying=set())
        self._forget_user(user)
        return removed

    def expire(self, before: datetime) -> int:
        """Remove interactions older than ``before``, some thirty a transaction."""
        removed = 0
        acts = self._before(before)
        while page := list(islice(acts, _PAGE)):
            removed += self._remove(page, staying=self._staying(page, before))
            for user in {act.user for act in page}:
                self._forget_user(user)
        for day in [day for day in self._days() if day < day_of(before)]:
            self._table.delete((DAYS, day_key(day)))
            self._listed.discard(day)
        return removed

    def _write(self, part: list[Interaction]) -> list[Interaction]:
        """Write interactions in one transaction, without those that are known, and return which were written."""
        while part:
            coming = Coming(self._table, part, full=self._full)
            try:
                self._table.transact(coming.actions)
            except Cancelled as lost:
                known = {coming.claims[at] for at in lost.failed if at in coming.claims}
                part = [act for act in part if act.interaction_id not in known]
                self._note_full(coming.samples[at] for at in lost.failed if at in coming.samples)
            else:
                return part
        return []

    def _remove(self, acts: Sequence[Interaction], *, staying: set[tuple[Key, str]]) -> int:
        removed = sum(self._remove_part(part, staying=staying) for part in packed(acts))
        for key in counters(acts):
            self._table.delete(key, condition="#acts <= :none", none=0)
        with self._lock:
            self._full -= counters(acts)
        self._trends.forget()
        return removed

    def _remove_part(self, part: list[Interaction], *, staying: set[tuple[Key, str]]) -> int:
        """Remove interactions in one transaction, without those that others removed first."""
        while part:
            try:
                self._table.transact(going(self._table, part, staying=staying))
            except Cancelled as lost:
                part = [act for at, act in enumerate(part) if at not in lost.failed]
            else:
                break
        return len(part)

    def _staying(self, acts: Iterable[Interaction], before: datetime) -> set[tuple[Key, str]]:
        """Return the counters, with users, that hold acts of the day of ``before`` from then on."""
        cut = day_of(before)
        found: set[tuple[Key, str]] = set()
        for user in {act.user for act in acts if day_of(act.at) == cut}:
            latest, first = newest_first(before + _DAY), newest_first(before)
            items = self._table.query(f"U#{user}", where="#sk BETWEEN :latest AND :first", latest=latest, first=first + "\U0010ffff")
            rest = [act for act in map(act_of, items) if act.at >= before and day_of(act.at) == cut and is_counted(act)]
            found |= {(counter_key(act), user) for act in rest}
        return found

    def _others(self, going_: Sequence[Interaction]) -> set[tuple[Key, str]]:
        """Return the counters, with users, that hold other acts than those which go."""
        gone = {act.interaction_id for act in going_}
        acts = [act for user in {act.user for act in going_} for act in self.of_user(user)]
        return {(counter_key(act), act.user) for act in acts if is_counted(act) and act.interaction_id not in gone}

    def _before(self, end: datetime) -> Iterator[Interaction]:
        bound = moment_key(end)
        for day in self._days():
            if day <= day_of(end):
                parts = [
                    self._table.query(place, index="by_day", where="#moment < :bound", bound=bound, page=_PAGE)
                    for place in listed_days(day)
                ]
                yield from map(act_of, heapq.merge(*parts, key=lambda item: str(item["moment"])))

    def _days(self) -> list[int]:
        return [int(item["sk"]) for item in self._table.query(DAYS)]

    def _list_days(self, days: set[int]) -> None:
        """Note days before anything of them is written: a day without interactions does no harm, the reverse would hide some."""
        for day in days - self._listed:
            self._table.put({"pk": DAYS, "sk": day_key(day)})
            self._listed.add(day)

    def _note_full(self, keys: Iterable[Key]) -> None:
        with self._lock:
            if len(self._full) > _FULL_KEPT:
                self._full.clear()
            self._full.update(keys)

    def _forget_user(self, user: str) -> None:
        self._table.delete(user_key(user), condition="#acts <= :none", none=0)
        self._table.delete(count_key(user), condition="#acts <= :none", none=0)
