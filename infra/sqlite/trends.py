"""Counters of what is listened to, kept beside the log so that trends are read and never computed from it.

``track_days`` counts acts a track and day. Listeners in any window that ends today are exact without a scan: a user is in the
window if their last day with the track is, so ``listener_days`` counts users by their last day. ``trends`` holds the faded sums for
the half-life, window and day that were asked last; appends add to it, a new day or an erasure lets the next asking build it anew.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from recommender.interactions import Interaction
from recommender.ports.stores import Trend
from recommender.trends import day_of, faded, is_counted

_COUNT_DAY: Final = """
    INSERT INTO track_days (track_id, day, acts) VALUES (?, ?, ?)
    ON CONFLICT (day, track_id) DO UPDATE SET acts = acts + excluded.acts"""
_MOVE_LISTENERS: Final = """
    INSERT INTO listener_days (track_id, last_day, listeners) VALUES (?, ?, ?)
    ON CONFLICT (track_id, last_day) DO UPDATE SET listeners = listeners + excluded.listeners"""
_NO_LISTENERS: Final = "DELETE FROM listener_days WHERE track_id = ? AND last_day = ? AND listeners <= 0"
# By set, because a user may have a hundred thousand acts: first the days on which nobody else played the track, then the others.
_UNCOUNT_USER: Final = (
    """DELETE FROM track_days WHERE (day, track_id, acts) IN (
        SELECT counted_day, track_id, COUNT(*) FROM interactions WHERE user = ? AND counted_day IS NOT NULL GROUP BY 1, 2)""",
    """UPDATE track_days SET acts = track_days.acts - theirs.acts FROM (
        SELECT counted_day, track_id, COUNT(*) AS acts FROM interactions WHERE user = ? AND counted_day IS NOT NULL GROUP BY 1, 2) AS theirs
    WHERE track_days.day = theirs.counted_day AND track_days.track_id = theirs.track_id""",
    """INSERT INTO listener_days (track_id, last_day, listeners) SELECT track_id, last_day, -1 FROM listeners WHERE user = ?
    ON CONFLICT (track_id, last_day) DO UPDATE SET listeners = listeners + excluded.listeners""",
    """DELETE FROM listener_days WHERE listeners <= 0
    AND (track_id, last_day) IN (SELECT track_id, last_day FROM listeners WHERE user = ?)""",
    "DELETE FROM listeners WHERE user = ?",
    "DELETE FROM trend_day",
)
_DAY_MICROSECONDS: Final = 86_400_000_000
_ADD_TREND: Final = "INSERT INTO trends (track_id, plays) VALUES (?, ?) ON CONFLICT (track_id) DO UPDATE SET plays = plays + excluded.plays"
_BUILD: Final = """
    WITH fades (day, value) AS MATERIALIZED (SELECT ? - key, value FROM json_each(?))
    INSERT INTO trends (track_id, plays)
    SELECT track_id, SUM(acts * fades.value) FROM fades CROSS JOIN track_days ON track_days.day = fades.day GROUP BY track_id"""
_TOP: Final = """
    SELECT track_id, plays, (SELECT SUM(listeners) FROM listener_days AS last WHERE last.track_id = trends.track_id AND last_day >= ?)
    FROM trends ORDER BY plays DESC, track_id LIMIT ?"""

_SUMMED: Final = """
    WITH fades (day, value) AS MATERIALIZED (SELECT ? - key, value FROM json_each(?)),
        sums (track_id, plays) AS (
            SELECT track_id, SUM(acts * fades.value) FROM fades CROSS JOIN track_days ON track_days.day = fades.day GROUP BY track_id)
    SELECT track_id, plays, (SELECT SUM(listeners) FROM listener_days AS last WHERE last.track_id = sums.track_id AND last_day >= ?)
    FROM sums ORDER BY plays DESC, track_id LIMIT ?"""


def count_acts(connection: sqlite3.Connection, fresh: Iterable[Interaction]) -> None:
    """Add new acts to the counters."""
    counted = [(act.user, act.track_id, day_of(act.at)) for act in fresh if is_counted(act)]
    days = Counter((track_id, day) for _, track_id, day in counted)
    connection.executemany(_COUNT_DAY, [(*key, acts) for key, acts in days.items()])
    latest = {(user, track_id): day for user, track_id, day in sorted(counted, key=lambda act: act[2])}
    _move_listeners(connection, latest)
    _add_to_trends(connection, days)


def uncount_acts(connection: sqlite3.Connection, removed: Iterable[tuple[str, str, int]]) -> None:
    """Take acts that were counted, as (user, track, day), out of the counters; they are gone from the log already."""
    acts = sorted(removed, key=lambda act: act[2])
    days = Counter((track_id, day) for _, track_id, day in acts)
    connection.executemany(_COUNT_DAY, [(*key, -gone) for key, gone in days.items()])
    connection.executemany("DELETE FROM track_days WHERE track_id = ? AND day = ? AND acts <= 0", list(days))
    latest = {(user, track_id): day for user, track_id, day in acts}
    for (user, track_id), day in latest.items():
        _forget_listener(connection, user, track_id, day=day)
    connection.execute("DELETE FROM trend_day")


def uncount_user(connection: sqlite3.Connection, user: str) -> None:
    """Take all that a user did out of the counters; it is in the log still."""
    for statement in _UNCOUNT_USER:
        connection.execute(statement, (user,) * statement.count("?"))


def build_trends(connection: sqlite3.Connection, *, now: datetime, half_life_days: float, window_days: int) -> None:
    """Compute the sums of a day's asking from the counters, in place of those of the asking before."""
    today = day_of(now)
    fades = [faded(age, half_life_days=half_life_days) for age in range(window_days + 1)]
    connection.execute("DELETE FROM trend_day")
    connection.execute("DELETE FROM trends")
    connection.execute(_BUILD, (today, json.dumps(fades)))
    connection.execute("INSERT INTO trend_day VALUES (?, ?, ?)", (half_life_days, window_days, today))


def are_built(connection: sqlite3.Connection, *, now: datetime, half_life_days: float, window_days: int) -> bool:
    """Tell whether the sums at hand answer this asking."""
    built: tuple[float, int, int] | None = connection.execute("SELECT half_life_days, window_days, day FROM trend_day").fetchone()
    return built == (half_life_days, window_days, day_of(now))


def top_trends(connection: sqlite3.Connection, *, now: datetime, window_days: int, limit: int) -> list[Trend]:
    """Return the highest sums with how many users they come from."""
    rows = connection.execute(_TOP, (day_of(now) - window_days, limit)).fetchall()
    return [Trend(track_id, plays, listeners) for track_id, plays, listeners in rows]


def summed_trends(connection: sqlite3.Connection, *, now: datetime, half_life_days: float, window_days: int, limit: int) -> list[Trend]:
    """Return what ``build_trends`` and ``top_trends`` would, keeping nothing."""
    fades = [faded(age, half_life_days=half_life_days) for age in range(window_days + 1)]
    rows = connection.execute(_SUMMED, (day_of(now), json.dumps(fades), day_of(now) - window_days, limit)).fetchall()
    return [Trend(track_id, plays, listeners) for track_id, plays, listeners in rows]


def _move_listeners(connection: sqlite3.Connection, latest: dict[tuple[str, str], int]) -> None:
    """Move each listener of a track to a later last day."""
    moves: Counter[tuple[str, int]] = Counter()
    for (user, track_id), day in latest.items():
        former = connection.execute("SELECT last_day FROM listeners WHERE user = ? AND track_id = ?", (user, track_id)).fetchone()
        if former is not None and former[0] >= day:
            continue
        connection.execute("INSERT OR REPLACE INTO listeners (user, track_id, last_day) VALUES (?, ?, ?)", (user, track_id, day))
        moves[track_id, day] += 1
        if former is not None:
            moves[track_id, former[0]] -= 1
    connection.executemany(_MOVE_LISTENERS, [(*key, change) for key, change in moves.items()])
    connection.executemany(_NO_LISTENERS, [key for key, change in moves.items() if change < 0])


def _forget_listener(connection: sqlite3.Connection, user: str, track_id: str, *, day: int) -> None:
    """Forget a listener whose last day with a track this was, unless the log holds another act of that day."""
    again = connection.execute(
        "SELECT 1 FROM interactions WHERE user = ? AND at >= ? AND track_id = ? AND counted_day = ? LIMIT 1",
        (user, day * _DAY_MICROSECONDS, track_id, day),
    ).fetchone()
    if again is not None:
        return
    was_last = connection.execute(
        "DELETE FROM listeners WHERE user = ? AND track_id = ? AND last_day = ? RETURNING 1", (user, track_id, day)
    ).fetchone()
    if was_last is not None:
        connection.execute(_MOVE_LISTENERS, (track_id, day, -1))
        connection.execute(_NO_LISTENERS, (track_id, day))


def _add_to_trends(connection: sqlite3.Connection, days: Counter[tuple[str, int]]) -> None:
    asked = connection.execute("SELECT half_life_days, window_days, day FROM trend_day").fetchone()
    if asked is None:
        return
    half_life_days, window_days, today = asked
    added = [
        (track_id, acts * faded(today - day, half_life_days=half_life_days))
        for (track_id, day), acts in days.items()
        if today - window_days <= day <= today
    ]
    connection.executemany(_ADD_TREND, added)
