"""Tastes in SQLite, one row a user."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pydantic_core import from_json, to_json

from infra.codec.tastes import decode_taste, encode_tastes
from infra.sqlite.database import Database
from recommender.errors import Conflict
from recommender.tastes.taste import Taste

_PAGE: Final = 5_000


class SqliteTasteStore:
    """Keep tastes in a state database; see ``recommender.ports.stores.TasteStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user: str) -> Taste | None:
        """Return the user's taste."""
        return self.get_many([user]).get(user)

    def get_many(self, users: Sequence[str]) -> dict[str, Taste]:
        """Return the tastes of those who have one."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT user, revision, body FROM tastes WHERE user IN (SELECT value FROM json_each(?))", (json.dumps(list(users)),)
            ).fetchall()
        return {user: replace(decode_taste(from_json(body)), revision=revision) for user, revision, body in rows}

    def revisions(self, users: Sequence[str]) -> dict[str, int]:
        """Return the revisions of the tastes of those who have one."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT user, revision FROM tastes WHERE user IN (SELECT value FROM json_each(?))", (json.dumps(list(users)),)
            )
            return dict(rows.fetchall())

    def put(self, taste: Taste) -> Taste:
        """Write a taste whose revision is the stored one, or raise ``Conflict``."""
        for written in self.put_many([taste]):
            return written
        raise Conflict(f"the taste of {taste.user!r} was written by somebody else since revision {taste.revision}")

    def put_many(self, tastes: Sequence[Taste]) -> list[Taste]:
        """Write those whose revisions are the stored ones, in one transaction."""
        fresh = [replace(taste, revision=taste.revision + 1) for taste in tastes]
        rows = [(one.user, one.revision, to_json(body).decode()) for one, body in zip(fresh, encode_tastes(fresh), strict=True)]
        with self._database.writing() as connection:
            # A new row, or one of the revision before; a taste of revision 0 that meets a row is left out by the condition.
            written = [
                connection.execute(
                    "INSERT INTO tastes (user, revision, body) SELECT ?1, ?2, ?3"
                    " WHERE ?2 = 1 + IFNULL((SELECT revision FROM tastes WHERE user = ?1), 0)"
                    " ON CONFLICT (user) DO UPDATE SET revision = excluded.revision, body = excluded.body",
                    row,
                ).rowcount
                for row in rows
            ]
        return [one for one, changed in zip(fresh, written, strict=True) if changed]

    def users(self) -> Iterator[str]:
        """Yield every user that has a taste, page by page."""
        after = ""
        while True:
            with self._database.reading() as connection:
                rows = connection.execute("SELECT user FROM tastes WHERE user > ? ORDER BY user LIMIT ?", (after, _PAGE)).fetchall()
            yield from (user for (user,) in rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def erase(self, user: str) -> int:
        """Remove the user's taste and overwrite where it was."""
        with self._database.writing() as connection:
            removed = connection.execute("DELETE FROM tastes WHERE user = ?", (user,)).rowcount
        self._database.scrub()
        return removed
