"""The ledger of erasures in SQLite, and in a file beside it that outlives a restored database."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from infra.codec.moments import to_microseconds, to_moment
from infra.erasure_list import ErasureList
from infra.sqlite.database import Database
from recommender.ports.erasures import Erasure
from recommender.trust.audit import subject_of

_FIELDS: Final = "subject, number, asked_at, erased, user_name"
_ASK: Final = f"""
    INSERT INTO erasures ({_FIELDS}) VALUES (?, 1, ?, 0, ?)
    ON CONFLICT (subject) DO UPDATE SET number = number + 1, asked_at = excluded.asked_at, user_name = excluded.user_name
    RETURNING {_FIELDS}"""  # noqa: S608 - constants only
_MERGE: Final = """
    INSERT INTO erasures (subject, number, asked_at, erased) VALUES (?, ?, ?, 0)
    ON CONFLICT (subject) DO UPDATE SET number = MAX(number, excluded.number), asked_at = MAX(asked_at, excluded.asked_at)"""


class SqliteErasureLedger:
    """Keep erasures in a state database; see ``recommender.ports.erasures.ErasureLedger``.

    Parameters
    ----------
    beside
        The list that is written too, so that a database restored from a backup can learn what it does not know.
    """

    def __init__(self, database: Database, beside: ErasureList | None = None) -> None:
        self._database, self._beside = database, beside

    def ask(self, user: str, *, at: datetime) -> Erasure:
        """Note one more erasure of a user."""
        with self._database.writing() as connection:
            row = connection.execute(_ASK, (subject_of(user), to_microseconds(at), user)).fetchone()
        erasure = _erasure(row)
        if self._beside is not None:
            self._beside.add(erasure)
        return erasure

    def forget(self, subject: str, *, number: int) -> None:
        """Forget the pseudonym."""
        with self._database.writing() as connection:
            connection.execute("UPDATE erasures SET user_name = NULL WHERE subject = ? AND number <= ?", (subject, number))

    def close(self, subject: str, *, number: int) -> None:
        """Note that the erasures up to ``number`` are done."""
        with self._database.writing() as connection:
            connection.execute("UPDATE erasures SET erased = MAX(erased, ?) WHERE subject = ?", (number, subject))
            connection.execute("UPDATE erasures SET user_name = NULL WHERE subject = ? AND number <= erased", (subject,))

    def get_many(self, subjects: Sequence[str]) -> dict[str, Erasure]:
        """Return the erasures of those of the subjects who asked for one."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_FIELDS} FROM erasures WHERE subject IN (SELECT value FROM json_each(?))",  # noqa: S608 - constants only
                (json.dumps(list(subjects)),),
            ).fetchall()
        return {row[0]: _erasure(row) for row in rows}

    def all(self) -> Iterator[Erasure]:
        """Yield everybody's."""
        with self._database.reading() as connection:
            rows = connection.execute(f"SELECT {_FIELDS} FROM erasures ORDER BY subject").fetchall()  # noqa: S608 - constants only
        return map(_erasure, rows)

    def merge(self, erasures: Iterable[Erasure]) -> None:
        """Take over what another list knows."""
        rows = [(one.subject, one.number, to_microseconds(one.asked_at)) for one in erasures]
        with self._database.writing() as connection:
            connection.executemany(_MERGE, rows)


def _erasure(row: tuple[str, int, int, int, str | None]) -> Erasure:
    subject, number, asked_at, erased, user = row
    return Erasure(subject=subject, number=number, asked_at=to_moment(asked_at), erased=erased, user=user)
