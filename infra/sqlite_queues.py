"""Queues in one SQLite file, with what makes SQS safe: visibility, receipts, retries and a place for the dead."""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from infra.codec.moments import to_microseconds, to_moment
from infra.sqlite.database import Database
from infra.sqlite.schema import QUEUES
from infra.without_user import without_user
from recommender.errors import InvalidInput
from recommender.ports.queues import Queue

LARGEST_BYTES: Final = 256 * 1024
_MOST_RECEIVES: Final = 5
_UNFINISHED: Final = "it was received {} times and never finished: its handler died or ran out of time"
_RECEIVE: Final = """
    UPDATE messages SET receive_count = receive_count + 1, visible_at = ?, receipt = message_id || '.' || (receive_count + 1)
    WHERE id IN (SELECT id FROM messages WHERE queue = ? AND died_at IS NULL AND visible_at <= ? ORDER BY visible_at, id LIMIT ?)
    RETURNING id, message_id, receipt, body, receive_count, sent_at"""
_BURY: Final = """
    UPDATE messages INDEXED BY messages_in_flight
    SET died_at = ?, receipt = NULL, reason = COALESCE(reason, replace(?, '{}', receive_count))
    WHERE queue = ? AND receipt IS NOT NULL AND visible_at <= ? AND receive_count >= ?"""
_RELEASE: Final = """
    UPDATE messages SET visible_at = ?, receipt = NULL, reason = ?, died_at = CASE WHEN receive_count >= ? THEN ? END
    WHERE queue = ? AND receipt = ?"""
# Sent later than now: the clock was turned back since, and what waits for its own time to come would wait too long.
_EARLY: Final = "queue = ? AND died_at IS NULL AND visible_at > ? AND receipt IS NULL AND sent_at > ?"
_REALIGN: Final = f"UPDATE messages SET visible_at = ? WHERE {_EARLY}"  # noqa: S608 - constants only
_LOOK: Final = f"""
    SELECT EXISTS (SELECT 1 FROM messages WHERE queue = ? AND died_at IS NULL AND visible_at <= ?),
        EXISTS (SELECT 1 FROM messages WHERE {_EARLY})"""  # noqa: S608 - constants only
# Clocks of several processes, and of threads that look at one and then wait for the file, differ by less.
_AHEAD: Final = 1_000_000
_DEPTH: Final = """
    SELECT COUNT(*) FILTER (WHERE died_at IS NULL AND (receipt IS NULL OR visible_at <= ?1)),
        COUNT(*) FILTER (WHERE died_at IS NULL AND receipt IS NOT NULL AND visible_at > ?1),
        COUNT(*) FILTER (WHERE died_at IS NOT NULL),
        MIN(sent_at) FILTER (WHERE died_at IS NULL)
    FROM messages WHERE queue = ?2"""


@dataclass(frozen=True, slots=True)
class Message:
    """A message in hand: it is delivered again unless its receipt is given to ``delete`` in time."""

    message_id: str
    receipt: str
    body: str
    receive_count: int
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """A message that was given up, and why."""

    message_id: str
    body: str
    receive_count: int
    sent_at: datetime
    died_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is in a queue; ``oldest_s`` is the age of the oldest message that is not dead, ``None`` without one."""

    waiting: int
    in_flight: int
    dead: int
    oldest_s: float | None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SqliteQueues:
    """Take messages durably and hand them out at least once, to several threads and processes.

    Parameters
    ----------
    max_receives
        How often a message is handed out before it is given up.
    clock
        When a message is sent.
    """

    def __init__(self, path: Path, *, max_receives: int = _MOST_RECEIVES, clock: Callable[[], datetime] = _utc_now) -> None:
        self._database = Database(path, QUEUES)
        self._max_receives = max_receives
        self._clock = clock
        self._listeners: list[Callable[[Queue], None]] = []

    def on_send(self, listener: Callable[[Queue], None]) -> None:
        """Call ``listener`` after every send of this process, so that whoever drains the queue need not wait for its next look."""
        self._listeners.append(listener)

    def send(self, queue: Queue, bodies: Sequence[str]) -> None:
        """Hand over messages, all or none, durable on return; see ``recommender.ports.queues.MessageQueues``."""
        for body in bodies:
            _refuse_large(body)
        if not bodies:
            return
        sent_at = to_microseconds(self._clock())
        rows = [(uuid.uuid4().hex, queue.value, body, sent_at, sent_at) for body in bodies]
        with self._database.writing() as connection:
            connection.executemany("INSERT INTO messages (message_id, queue, body, sent_at, visible_at) VALUES (?, ?, ?, ?, ?)", rows)
        for listener in self._listeners:
            listener(queue)

    def receive(self, queue: Queue, *, max_messages: int, visibility_s: float, now: datetime) -> list[Message]:
        """Take messages in hand, the longest visible first; no other receiver gets them for ``visibility_s`` seconds.

        Those that were taken in hand too often without an end are given up first.
        """
        moment = to_microseconds(now)
        is_any_visible, is_any_early = self._look(queue, moment)
        if not (is_any_visible or is_any_early):
            return []
        until = to_microseconds(now + timedelta(seconds=visibility_s))
        # Losing these writes in a power cut only delivers again, so nothing waits for the disk.
        with self._database.writing(durable=False) as connection:
            if is_any_early:
                connection.execute(_REALIGN, (moment, queue.value, moment, moment + _AHEAD))
            connection.execute(_BURY, (moment, _UNFINISHED, queue.value, moment, self._max_receives))
            rows = connection.execute(_RECEIVE, (until, queue.value, moment, max_messages)).fetchall()
        return [Message(name, receipt, body, count, to_moment(sent_at)) for _, name, receipt, body, count, sent_at in sorted(rows)]

    def delete(self, queue: Queue, receipts: Sequence[str]) -> int:
        """End messages and return how many; a receipt that was overtaken by another delivery ends nothing."""
        with self._database.writing(durable=False) as connection:
            return connection.execute(
                "DELETE FROM messages WHERE queue = ? AND receipt IN (SELECT value FROM json_each(?))",
                (queue.value, json.dumps(list(receipts))),
            ).rowcount

    def release(self, queue: Queue, receipts: Sequence[str], *, delay_s: float, now: datetime, reason: str) -> int:
        """Give messages back after a failure: visible again after ``delay_s`` seconds, or dead after too many receives."""
        moment, visible_at = to_microseconds(now), to_microseconds(now + timedelta(seconds=delay_s))
        with self._database.writing(durable=False) as connection:
            return connection.executemany(
                _RELEASE, [(visible_at, reason, self._max_receives, moment, queue.value, receipt) for receipt in receipts]
            ).rowcount

    def hand_back(self, queue: Queue, receipts: Sequence[str], *, now: datetime) -> int:
        """Give messages back untouched, as at a shutdown: visible at once, and the delivery is not counted."""
        with self._database.writing(durable=False) as connection:
            return connection.execute(
                """UPDATE messages SET visible_at = ?, receipt = NULL, receive_count = receive_count - 1
                WHERE queue = ? AND receipt IN (SELECT value FROM json_each(?))""",
                (to_microseconds(now), queue.value, json.dumps(list(receipts))),
            ).rowcount

    def take_over(self, *, now: datetime) -> int:
        """Make all visible that a receiver had in hand which is gone, and return how many; the deliveries stay counted."""
        with self._database.writing(durable=False) as connection:
            return connection.execute(
                "UPDATE messages SET visible_at = ?, receipt = NULL WHERE died_at IS NULL AND receipt IS NOT NULL", (to_microseconds(now),)
            ).rowcount

    def bury(self, queue: Queue, body: str, *, reason: str) -> None:
        """Set a message aside among the dead, with the reason; durable on return."""
        now = to_microseconds(self._clock())
        with self._database.writing() as connection:
            connection.execute(
                """INSERT INTO messages (message_id, queue, body, sent_at, visible_at, receive_count, died_at, reason)
                VALUES (?, ?, ?, ?, ?, 1, ?, ?)""",
                (uuid.uuid4().hex, queue.value, body, now, now, now, reason),
            )

    def dead(self, queue: Queue) -> list[DeadMessage]:
        """Return the messages that were given up, the longest dead first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT message_id, body, receive_count, sent_at, died_at, reason FROM messages
                WHERE queue = ? AND died_at IS NOT NULL ORDER BY died_at, id""",
                (queue.value,),
            ).fetchall()
        return [
            DeadMessage(name, body, count, to_moment(sent_at), to_moment(died_at), reason)
            for name, body, count, sent_at, died_at, reason in rows
        ]

    def redrive(self, queue: Queue) -> int:
        """Return the dead to the queue with all their tries before them, and return how many they were."""
        with self._database.writing() as connection:
            return connection.execute(
                """UPDATE messages SET died_at = NULL, reason = NULL, receive_count = 0, visible_at = sent_at
                WHERE queue = ? AND died_at IS NOT NULL""",
                (queue.value,),
            ).rowcount

    def depth(self, queue: Queue, *, now: datetime) -> Depth:
        """Count a queue; waiting are those visible now or, after a failure, later."""
        moment = to_microseconds(now)
        with self._database.reading() as connection:
            waiting, in_flight, dead, oldest = connection.execute(_DEPTH, (moment, queue.value)).fetchone()
        return Depth(waiting, in_flight, dead, None if oldest is None else max(0.0, (moment - oldest) / 1e6))

    def erase(self, user: str) -> int:
        """Take a user's interactions out of every message, and overwrite where they were; those in work are dropped by their handler."""
        with self._database.writing() as connection:
            found = connection.execute("SELECT id, body FROM messages WHERE instr(body, ?) > 0", (user,)).fetchall()
            for row, body in found:
                rest = without_user(body, user)
                if rest is None:
                    connection.execute("DELETE FROM messages WHERE id = ?", (row,))
                else:
                    connection.execute("UPDATE messages SET body = ? WHERE id = ?", (rest, row))
        self._database.rewrite()
        return len(found)

    def expire(self, before: datetime) -> int:
        """Remove the dead that died before a moment."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM messages WHERE died_at < ?", (to_microseconds(before),)).rowcount

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _look(self, queue: Queue, moment: int) -> tuple[bool, bool]:
        """Tell whether there is a message to receive, and one of a time to come, without the write lock: an idle dispatcher asks often."""
        with self._database.reading() as connection:
            row = connection.execute(_LOOK, (queue.value, moment, queue.value, moment, moment + _AHEAD)).fetchone()
        return bool(row[0]), bool(row[1])


def _refuse_large(body: str) -> None:
    size = len(body.encode())
    if size > LARGEST_BYTES:
        raise InvalidInput(f"a message has at most {LARGEST_BYTES} bytes, this has {size}", code="too_large")
