"""The pages that were shown, in SQLite, written without waiting for the disk."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from infra.codec.moments import to_microseconds
from infra.codec.users import decode_impression, encode_impression
from infra.sqlite.database import Database
from recommender.pages.impressions import Impression

_PAGE: Final = 1_000


class SqliteImpressionLog:
    """Keep impressions in a state database; see ``recommender.ports.stores.ImpressionLog``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, impression: Impression) -> None:
        """Write one page."""
        body = json.dumps(encode_impression(impression), separators=(",", ":"))
        with self._database.writing(durable=False) as connection:
            connection.execute(
                "INSERT INTO impressions (recommendation_id, user, at, body) VALUES (?, ?, ?, ?)",
                (impression.recommendation_id, impression.user, to_microseconds(impression.at), body),
            )

    def since(self, moment: datetime) -> Iterator[Impression]:
        """Yield the pages shown after ``moment``, oldest first; no transaction stays open between them."""
        at, last = to_microseconds(moment), 2**62
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(
                    "SELECT at, id, body FROM impressions WHERE (at, id) > (?, ?) ORDER BY at, id LIMIT ?", (at, last, _PAGE)
                ).fetchall()
            yield from (decode_impression(json.loads(body)) for _, _, body in rows)
            if len(rows) < _PAGE:
                return
            at, last, _ = rows[-1]

    def get(self, recommendation_id: str) -> Impression | None:
        """Return the page with this id."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT body FROM impressions WHERE recommendation_id = ?", (recommendation_id,)).fetchone()
        return None if row is None else decode_impression(json.loads(row[0]))

    def of_user(self, user: str, *, latest: int | None = None) -> list[Impression]:
        """Return the pages shown to one user, oldest first: all of them, or the ``latest`` ones."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT body FROM impressions WHERE user = ? ORDER BY at DESC, id DESC LIMIT ?", (user, -1 if latest is None else latest)
            ).fetchall()
        return [decode_impression(json.loads(body)) for (body,) in reversed(rows)]

    def users(self) -> Iterator[str]:
        """Yield every user that has pages."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT DISTINCT user FROM impressions ORDER BY user").fetchall()
        return (user for (user,) in rows)

    def erase(self, user: str) -> int:
        """Remove the pages of a user and overwrite where they were."""
        with self._database.writing() as connection:
            removed = connection.execute("DELETE FROM impressions WHERE user = ?", (user,)).rowcount
        self._database.scrub()
        return removed

    def expire(self, before: datetime) -> int:
        """Remove pages older than ``before``."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM impressions WHERE at < ?", (to_microseconds(before),)).rowcount
