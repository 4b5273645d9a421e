"""The catalogue in SQLite: each track as one row of JSON, with what is looked up beside it."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from infra.codec.moments import to_microseconds
from infra.codec.tracks import decode_track, encode_track
from infra.sqlite.database import Database
from recommender.errors import Conflict, NotFound
from recommender.ports.catalog import Raw
from recommender.tracks import Track, TrackStatus

_WRITE: Final = """
    INSERT INTO tracks (track_id, revision, status, content_hash, is_duplicate, added_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (track_id) DO UPDATE SET revision = excluded.revision, status = excluded.status, content_hash = excluded.content_hash,
        is_duplicate = excluded.is_duplicate, added_at = excluded.added_at, body = excluded.body"""
_GET_MANY: Final = """
    SELECT asked.value, tracks.body FROM json_each(?) AS asked LEFT JOIN links ON links.alias = asked.value
    JOIN tracks ON tracks.track_id = COALESCE(links.track_id, asked.value)"""

_RAWS_OF: Final = "SELECT track_id, recipe, raw FROM raws WHERE track_id IN (SELECT value FROM json_each(?))"
# The condition and the expression are those of the index tracks_by_original.
_DUPLICATES_OF: Final = """
    SELECT body FROM tracks WHERE is_duplicate AND json_extract(body, '$.duplicate_of') = ? ORDER BY added_at, track_id"""
_OWNER: Final = "SELECT contents.track_id FROM contents JOIN tracks USING (track_id) WHERE contents.content_hash = ?"


class SqliteCatalog:
    """Keep every track in a state database; see ``recommender.ports.catalog.Catalog``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, track: Track) -> Track:
        """Write a track whose revision is the stored one, or raise ``Conflict``."""
        with self._database.writing() as connection:
            target = _target(connection, track.track_id)
            if target != track.track_id:
                raise Conflict(f"{track.track_id!r} names the track {target!r} now")
            written = _write(connection, track)
            if written is None:
                raise Conflict(f"track {track.track_id!r} was written by somebody else since revision {track.revision}")
            return written

    def put_many(self, tracks: Sequence[Track]) -> list[Track]:
        """Write those whose revision is the stored one, in one transaction, and return these."""
        with self._database.writing() as connection:
            current = (track for track in tracks if _target(connection, track.track_id) == track.track_id)
            return [written for track in current if (written := _write(connection, track))]

    def get(self, track_id: str) -> Track | None:
        """Return the track, following ``link``."""
        return self.get_many([track_id]).get(track_id)

    def get_many(self, track_ids: Sequence[str]) -> dict[str, Track]:
        """Return those of the tracks that exist, by the id that was asked."""
        with self._database.reading() as connection:
            rows = connection.execute(_GET_MANY, (json.dumps(list(track_ids)),)).fetchall()
        return {asked: decode_track(json.loads(body)) for asked, body in rows}

    def link(self, alias: str, track_id: str) -> None:
        """Let ``alias`` name an existing track; its own links and files pass over to that track."""
        with self._database.writing() as connection:
            target = _target(connection, track_id)
            if connection.execute("SELECT 1 FROM tracks WHERE track_id = ?", (target,)).fetchone() is None:
                raise NotFound(f"there is no track {track_id!r} for {alias!r} to name")
            if target == alias:
                return
            connection.execute("UPDATE links SET track_id = ? WHERE track_id = ?", (target, alias))
            connection.execute("UPDATE files SET track_id = ? WHERE track_id = ?", (target, alias))
            connection.execute("UPDATE contents SET track_id = ? WHERE track_id = ?", (target, alias))
            _drop(connection, alias)
            connection.execute("INSERT OR REPLACE INTO links (alias, track_id) VALUES (?, ?)", (alias, target))

    def find_file(self, file_hash: str) -> str | None:
        """Return the track that this file became."""
        return self._one("SELECT track_id FROM files WHERE file_hash = ?", file_hash)

    def claim_content(self, content_hash: str, track_id: str) -> str:
        """Return the track that owns this audio: the first that claimed it and still exists, or else this one."""
        with self._database.writing() as connection:
            row = connection.execute(_OWNER, (content_hash,)).fetchone()
            if row is None:
                connection.execute("INSERT OR REPLACE INTO contents (content_hash, track_id) VALUES (?, ?)", (content_hash, track_id))
            return track_id if row is None else str(row[0])

    def remember_file(self, file_hash: str, track_id: str) -> None:
        """Note which track a file became."""
        with self._database.writing() as connection:
            target = _target(connection, track_id)
            connection.execute("INSERT OR REPLACE INTO files (file_hash, track_id) VALUES (?, ?)", (file_hash, target))

    def put_raw(self, track_id: str, *, recipe: str, raw: bytes) -> None:
        """Keep a track's raw audio values over the former ones."""
        with self._database.writing() as connection:
            target = _target(connection, track_id)
            connection.execute("INSERT OR REPLACE INTO raws (track_id, recipe, raw) VALUES (?, ?, ?)", (target, recipe, raw))

    def raws(self, *, after: str | None, limit: int) -> list[tuple[str, str, bytes]]:
        """Return (track id, recipe, raw values) in the order of ids."""
        with self._database.reading() as connection:
            return connection.execute(
                "SELECT track_id, recipe, raw FROM raws WHERE track_id > ? ORDER BY track_id LIMIT ?", (after or "", limit)
            ).fetchall()

    def raws_of(self, track_ids: Sequence[str]) -> dict[str, Raw]:
        """Return the raw values of those of the tracks that have some."""
        with self._database.reading() as connection:
            rows = connection.execute(_RAWS_OF, (json.dumps(list(track_ids)),)).fetchall()
        return {track_id: Raw(recipe, values) for track_id, recipe, values in rows}

    def duplicates_of(self, track_id: str) -> list[Track]:
        """Return the duplicates of a track, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_DUPLICATES_OF, (track_id,)).fetchall()
        return [decode_track(json.loads(body)) for (body,) in rows]

    def count_duplicates(self) -> int:
        """Return how many tracks are duplicates."""
        with self._database.reading() as connection:
            return int(connection.execute("SELECT COUNT(*) FROM tracks WHERE is_duplicate").fetchone()[0])

    def scroll(self, *, after: str | None, limit: int) -> list[Track]:
        """Return tracks in the order of their ids."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT body FROM tracks WHERE track_id > ? ORDER BY track_id LIMIT ?", (after or "", limit)
            ).fetchall()
        return [decode_track(json.loads(body)) for (body,) in rows]

    def counts(self) -> Mapping[TrackStatus, int]:
        """Return how many tracks have which status."""
        with self._database.reading() as connection:
            counted = dict(connection.execute("SELECT status, COUNT(*) FROM tracks GROUP BY status").fetchall())
        return {status: counted.get(status.value, 0) for status in TrackStatus}

    def delete(self, track_id: str) -> bool:
        """Remove a track with its links, files and raw values."""
        with self._database.writing() as connection:
            target = _target(connection, track_id)
            connection.execute("DELETE FROM links WHERE track_id = ?", (target,))
            connection.execute("DELETE FROM files WHERE track_id = ?", (target,))
            connection.execute("DELETE FROM contents WHERE track_id = ?", (target,))
            return _drop(connection, target)

    def _one(self, statement: str, value: str) -> str | None:
        with self._database.reading() as connection:
            row = connection.execute(statement, (value,)).fetchone()
        return None if row is None else str(row[0])


def _target(connection: sqlite3.Connection, track_id: str) -> str:
    """Return the id that a link names, or the id itself; links are kept one step long."""
    row = connection.execute("SELECT track_id FROM links WHERE alias = ?", (track_id,)).fetchone()
    return track_id if row is None else str(row[0])


def _write(connection: sqlite3.Connection, track: Track) -> Track | None:
    """Write a track and return it with its next revision, or return ``None`` if its revision is not the stored one."""
    stored = connection.execute("SELECT revision FROM tracks WHERE track_id = ?", (track.track_id,)).fetchone()
    if track.revision != (stored[0] if stored else 0):
        return None
    written = replace(track, revision=track.revision + 1)
    body = json.dumps(encode_track(written), separators=(",", ":"))
    added_at, is_duplicate = to_microseconds(track.added_at), track.duplicate_of is not None
    values = (track.track_id, written.revision, track.status.value, track.content_hash, is_duplicate, added_at, body)
    connection.execute(_WRITE, values)
    return written


def _drop(connection: sqlite3.Connection, track_id: str) -> bool:
    """Remove a track's own row and raw values, and tell whether there was one."""
    connection.execute("DELETE FROM raws WHERE track_id = ?", (track_id,))
    return connection.execute("DELETE FROM tracks WHERE track_id = ?", (track_id,)).rowcount > 0
