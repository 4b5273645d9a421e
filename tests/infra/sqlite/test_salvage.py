"""What can be read of a damaged file is saved into a new one."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from infra.sqlite.catalog import SqliteCatalog
from infra.sqlite.database import Database
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.salvage import is_damaged, salvage
from infra.sqlite.schema import STATE
from infra.sqlite.serving import SqliteServingStore
from recommender.interactions import Interaction, Kind
from recommender.serving import Serving
from recommender.tracks import Metadata, Track

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def library(path: Path, *, acts: int = 2_000) -> Path:
    """Write a track, what serves, and acts of ten listeners."""
    with closing(Database(path, STATE)) as database:
        SqliteCatalog(database).put(Track(track_id="song", metadata=Metadata(title="Song"), added_at=NOON))
        SqliteServingStore(database).put(Serving(audio_version="ear-1"))
        told = [
            Interaction(interaction_id=f"act-{number}", user=f"user-{number % 10}", track_id="song", kind=Kind.PLAY, at=NOON, share=1.0)
            for number in range(acts)
        ]
        SqliteInteractionLog(database).append(told)
        database.scrub()
    return path


def overwrite_page_of(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)


def overwrite_pages_with(path: Path, content: bytes) -> None:
    """Overwrite every page that holds this content: the row's, and those of the indexes that lead to it."""
    whole = path.read_bytes()
    with path.open("r+b") as file:
        for place in range(0, len(whole), 4096):
            if content in whole[place : place + 4096]:
                file.seek(place)
                file.write(b"\xa5" * 4096)


def counts(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        tables = ("tracks", "interactions", "track_days", "listeners", "serving")
        return {table: connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608 - named above


def test_a_file_that_is_well_is_not_damaged(tmp_path: Path) -> None:
    path = library(tmp_path / "state.db")

    assert not is_damaged(path)
    assert not is_damaged(tmp_path / "missing.db")


def test_a_torn_index_loses_no_row(tmp_path: Path) -> None:
    path = library(tmp_path / "state.db")
    overwrite_page_of(path, "interactions_by_user")

    was_damaged = is_damaged(path)
    salvage(path, STATE, stamp="then")

    assert was_damaged
    assert not is_damaged(path)
    assert counts(path) == {"tracks": 1, "interactions": 2_000, "track_days": 1, "listeners": 10, "serving": 1}


def test_rows_beyond_a_torn_page_are_saved_and_counted_anew(tmp_path: Path) -> None:
    path = library(tmp_path / "state.db")
    overwrite_pages_with(path, b"act-1000")

    done = salvage(path, STATE, stamp="then")

    assert "interactions" in done.torn
    saved = counts(path)["interactions"]
    assert 1_500 < saved < 2_000
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT SUM(acts) FROM track_days").fetchone() == (saved,)
        assert connection.execute("SELECT 1 FROM interactions WHERE interaction_id = 'act-1999'").fetchone() == (1,)


def test_what_serves_is_forgotten_where_it_cannot_be_read(tmp_path: Path) -> None:
    path = library(tmp_path / "state.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE serving SET body = '{torn'")

    was_damaged = is_damaged(path)
    done = salvage(path, STATE, stamp="then")

    assert was_damaged
    assert done.torn == ("serving",)
    assert counts(path)["serving"] == 0
    assert counts(path)["interactions"] == 2_000


def test_a_file_that_is_no_database_any_more_is_set_aside_for_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(b"nothing of a database" * 500)

    was_damaged = is_damaged(path)
    done = salvage(path, STATE, stamp="then")

    assert was_damaged
    assert done.rows == 0
    assert done.set_aside.read_bytes().startswith(b"nothing of a database")
    assert counts(path)["tracks"] == 0
