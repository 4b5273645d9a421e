"""The interaction log in SQLite, with the counters of what is popular kept in the same transactions."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from infra.codec.moments import to_microseconds, to_moment
from infra.sqlite.database import Database
from infra.sqlite.trends import are_built, build_trends, count_acts, summed_trends, top_trends, uncount_acts, uncount_user
from recommender.errors import Unavailable
from recommender.interactions import Interaction, Kind
from recommender.ports.stores import Trend
from recommender.trends import day_of, is_counted

_PAGE: Final = 5_000
# Looking a kind up here costs a tenth of calling the enumeration, and a taste is made of hundreds of acts.
_KINDS: Final = {kind.value: kind for kind in Kind}
_FIELDS: Final = "interaction_id, user, track_id, kind, at, heard_ms, share, context, private, recommendation_id, until"
_INSERT: Final = f"INSERT INTO interactions ({_FIELDS}, counted_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only
_OF_USER: Final = f"SELECT {_FIELDS} FROM interactions WHERE user = ? ORDER BY at DESC, interaction_id LIMIT ?"  # noqa: S608 - constants only
# Bans are few and asked for over all time: for these the rare kinds' own index is used, which wants its condition said.
_OF_KIND: Final = f"""
    SELECT {_FIELDS} FROM interactions WHERE user = ? AND kind = ? AND {{rare}}
    ORDER BY at DESC, interaction_id LIMIT ?"""  # noqa: S608 - constants only
_RARE: Final = "kind <> 'play' AND kind <> 'skip'"
_UNTIL: Final = f"""
    SELECT {_FIELDS} FROM interactions
    WHERE (at, interaction_id) > (?, ?) AND at <= ? AND NOT private ORDER BY at, interaction_id LIMIT ?"""  # noqa: S608 - constants only
_PAGE_OF: Final = f"""
    SELECT {_FIELDS} FROM interactions WHERE user = ? AND at <= ? AND (at < ? OR interaction_id > ?)
    ORDER BY at DESC, interaction_id LIMIT ?"""  # noqa: S608 - constants only
_REMOVED: Final = "RETURNING user, track_id, counted_day"
_REMOVE: Final = f"DELETE FROM interactions WHERE interaction_id = ? AND user = ? AND at = ? {_REMOVED}"  # noqa: S608 - constants only


class SqliteInteractionLog:
    """Keep every interaction once, in a state database; see ``recommender.ports.stores.InteractionLog``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, interactions: Sequence[Interaction]) -> list[Interaction]:
        """Write the new ones in one transaction and return them."""
        if not interactions:
            return []
        by_id: dict[str, Interaction] = {}
        for act in interactions:
            by_id.setdefault(act.interaction_id, act)
        with self._database.writing() as connection:
            known = connection.execute(
                "SELECT interaction_id FROM interactions WHERE interaction_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(by_id)),),
            )
            for (interaction_id,) in known.fetchall():
                del by_id[interaction_id]
            fresh = list(by_id.values())
            connection.executemany(_INSERT, [_row(act) for act in fresh])
            count_acts(connection, fresh)
        return fresh

    def of_user(self, user: str, *, limit: int | None = None, kind: Kind | None = None) -> list[Interaction]:
        """Return a user's interactions, of one kind or of all, newest first."""
        return self.of_users([user], limit=limit, kind=kind)[user]

    def of_users(self, users: Sequence[str], *, limit: int | None = None, kind: Kind | None = None) -> dict[str, list[Interaction]]:
        """Return each user's interactions, all as of one moment."""
        most = -1 if limit is None else limit
        if kind is None:
            statement = _OF_USER
            asked: list[tuple[str, tuple[str | int, ...]]] = [(user, (user, most)) for user in users]
        else:
            asked = [(user, (user, kind.value, most)) for user in users]
            statement = _OF_KIND.format(rare="TRUE" if kind in {Kind.PLAY, Kind.SKIP} else _RARE)
        with self._database.reading() as connection:
            return {user: [_interaction(row) for row in connection.execute(statement, told)] for user, told in asked}

    def until(self, cutoff: datetime) -> Iterator[Interaction]:
        """Yield the public interactions up to the cutoff, oldest first, page by page: no transaction stays open between them."""
        last = to_microseconds(cutoff)
        after: tuple[int, str] = (-(2**62), "")
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(_UNTIL, (*after, last, _PAGE)).fetchall()
            yield from (_interaction(row) for row in rows)
            if len(rows) < _PAGE:
                return
            after = (rows[-1][4], rows[-1][0])

    def trending(self, *, now: datetime, half_life_days: float, window_days: int, limit: int) -> list[Trend]:
        """Return the most popular tracks; the first asking of a day, or after an erasure, computes the sums for those that follow."""
        with self._database.reading() as connection:
            if are_built(connection, now=now, half_life_days=half_life_days, window_days=window_days):
                return top_trends(connection, now=now, window_days=window_days, limit=limit)
        try:
            with self._database.writing(durable=False) as connection:
                build_trends(connection, now=now, half_life_days=half_life_days, window_days=window_days)
                return top_trends(connection, now=now, window_days=window_days, limit=limit)
        except Unavailable:
            # Without room to keep the sums they are computed for this asking alone: pages go on while the disk is full.
            with self._database.reading() as connection:
                return summed_trends(connection, now=now, half_life_days=half_life_days, window_days=window_days, limit=limit)

    def users(self) -> Iterator[str]:
        """Yield every user that has an interaction, page by page."""
        after = ""
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(
                    "SELECT DISTINCT user FROM interactions WHERE user > ? ORDER BY user LIMIT ?", (after, _PAGE)
                ).fetchall()
            yield from (user for (user,) in rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def count(self) -> int:
        """Return how many interactions are kept."""
        with self._database.reading() as connection:
            (kept,) = connection.execute("SELECT COUNT(*) FROM interactions").fetchone()
        return int(kept)

    def count_of(self, user: str) -> int:
        """Return how many interactions of a user are kept."""
        with self._database.reading() as connection:
            (kept,) = connection.execute("SELECT COUNT(*) FROM interactions WHERE user = ?", (user,)).fetchone()
        return int(kept)

    def page_of(self, user: str, *, limit: int, after: Interaction | None = None) -> list[Interaction]:
        """Return a user's interactions from the one after ``after`` on, newest first."""
        at, name = (2**62, "") if after is None else (to_microseconds(after.at), after.interaction_id)
        with self._database.reading() as connection:
            return [_interaction(row) for row in connection.execute(_PAGE_OF, (user, at, at, name, limit))]

    def first_public(self, user: str) -> datetime | None:
        """Return when the oldest of a user's interactions that are not private happened."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT at FROM interactions WHERE user = ? AND NOT private ORDER BY at LIMIT 1", (user,)).fetchone()
        return None if row is None else to_moment(row[0])

    def remove(self, interactions: Sequence[Interaction]) -> int:
        """Remove those that are kept, from the counters too."""
        if not interactions:
            return 0
        keys = [(act.interaction_id, act.user, to_microseconds(act.at)) for act in interactions]
        with self._database.writing() as connection:
            removed = [row for key in keys for row in connection.execute(_REMOVE, key).fetchall()]
            _uncount(connection, removed)
        return len(removed)

    def erase(self, user: str) -> int:
        """Remove a user's interactions, from the counters too, and overwrite where they were."""
        with self._database.writing() as connection:
            uncount_user(connection, user)
            removed = connection.execute("DELETE FROM interactions WHERE user = ?", (user,)).rowcount
        self._database.scrub()
        return removed

    def expire(self, before: datetime) -> int:
        """Remove interactions older than ``before``, some thousands a transaction, so that listening goes on meanwhile."""
        statement = f"""
            DELETE FROM interactions WHERE id IN (SELECT id FROM interactions WHERE at < ? ORDER BY at, interaction_id LIMIT ?)
            {_REMOVED}"""  # noqa: S608 - constants only
        total = 0
        while True:
            with self._database.writing() as connection:
                removed = connection.execute(statement, (to_microseconds(before), _PAGE)).fetchall()
                _uncount(connection, removed)
            total += len(removed)
            if len(removed) < _PAGE:
                return total


def _uncount(connection: sqlite3.Connection, removed: list[tuple[str, str, int | None]]) -> None:
    uncount_acts(connection, [(user, track_id, day) for user, track_id, day in removed if day is not None])


def _row(act: Interaction) -> tuple[Any, ...]:
    at, counted_day = to_microseconds(act.at), day_of(act.at) if is_counted(act) else None
    told = (act.interaction_id, act.user, act.track_id, act.kind.value, at, act.heard_ms, act.share, act.context)
    until = None if act.until is None else to_microseconds(act.until)
    return (*told, act.private, act.recommendation_id, until, counted_day)


def _interaction(row: tuple[Any, ...]) -> Interaction:
    interaction_id, user, track_id, kind, at, heard_ms, share, context, private, recommendation_id, until = row
    return Interaction(
        interaction_id=interaction_id,
        user=user,
        track_id=track_id,
        kind=_KINDS[kind],
        at=to_moment(at),
        heard_ms=heard_ms,
        share=share,
        context=context,
        private=bool(private),
        recommendation_id=recommendation_id,
        until=None if until is None else to_moment(until),
    )
