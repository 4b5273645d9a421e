"""The audit log in SQLite: a table that refuses to change what it holds."""

from collections.abc import Iterator
from typing import Final

from infra.codec.moments import to_microseconds, to_moment
from infra.sqlite.database import Database
from recommender.trust.audit import Act, Entry, sealed

_PAGE: Final = 1_000


class SqliteAuditLog:
    """Keep the chain in a state database; see ``recommender.ports.stores.AuditLog``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, act: Act) -> Entry:
        """Seal an act onto the end of the chain; durable on return."""
        with self._database.writing() as connection:
            last = connection.execute("SELECT * FROM audit ORDER BY number DESC LIMIT 1").fetchone()
            entry = sealed(act, after=_entry(last) if last else None)
            connection.execute(
                "INSERT INTO audit (number, at, actor, action, subject, outcome, before, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (entry.number, to_microseconds(act.at), act.actor, act.action, act.subject, act.outcome, entry.before, entry.digest),
            )
        return entry

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """Yield entries from the one after number ``after`` on."""
        while True:
            with self._database.reading() as connection:
                rows = connection.execute("SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?", (after, _PAGE)).fetchall()
            yield from (_entry(row) for row in rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]


def _entry(row: tuple[int, int, str, str, str | None, str, str, str]) -> Entry:
    number, at, actor, action, subject, outcome, before, digest = row
    act = Act(at=to_moment(at), actor=actor, action=action, subject=subject, outcome=outcome)
    return Entry(number=number, act=act, before=before, digest=digest)
