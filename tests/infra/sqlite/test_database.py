"""One SQLite file: shared by threads and processes, and clear about what is wrong with it."""

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.sqlite.database import Database
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.schema import QUEUES, STATE, Schema
from recommender.errors import Unavailable
from recommender.interactions import Interaction, Kind

NOTES = Schema("notes", 0x4E4F5445, (("CREATE TABLE notes (note TEXT)",),))
NOTES_LATER = Schema("notes", 0x4E4F5445, (*NOTES.migrations, ("ALTER TABLE notes ADD COLUMN author TEXT DEFAULT 'ann'",)))


def notes(database: Database) -> list[str]:
    with database.reading() as connection:
        return [note for (note,) in connection.execute("SELECT note FROM notes ORDER BY note")]


def write(database: Database, note: str) -> None:
    with database.writing() as connection:
        connection.execute("INSERT INTO notes (note) VALUES (?)", (note,))


def write_half(database: Database) -> None:
    with database.writing() as connection:
        connection.execute("INSERT INTO notes (note) VALUES ('half')")
        raise KeyError("the rest")


def write_without_room(database: Database) -> None:
    with database.writing() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        connection.executemany("INSERT INTO notes (note) VALUES (?)", [("x" * 4000,) for _ in range(20)])


def open_and_write(path: Path, note: str) -> None:
    """Run in a process of its own."""
    with closing(Database(path, NOTES)) as database:
        for number in range(20):
            write(database, f"{note}{number:02}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notes.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(Database(path, NOTES)) as opened:
        yield opened


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(KeyError):
        write_half(database)

    assert notes(database) == []
    write(database, "whole")
    assert notes(database) == ["whole"]


def test_threads_write_side_by_side_and_nothing_is_lost(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: write(database, f"{number:03}"), range(200)))

    assert notes(database) == [f"{number:03}" for number in range(200)]


def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    write(database, "before")

    with database.reading() as connection:
        first = connection.execute("SELECT COUNT(*) FROM notes").fetchone()
        writer = threading.Thread(target=write, args=(database, "meanwhile"))
        writer.start()
        writer.join()
        again = connection.execute("SELECT COUNT(*) FROM notes").fetchone()

    assert (first, again) == ((1,), (1,))
    assert notes(database) == ["before", "meanwhile"]


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Unavailable, match="cannot be written"), database.reading() as connection:
        connection.execute("INSERT INTO notes (note) VALUES ('sly')")


def test_processes_open_a_new_file_at_once_and_all_write(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=open_and_write, args=(path, name)) for name in "abc"]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with closing(Database(path, NOTES)) as database:
        assert notes(database) == [f"{name}{number:02}" for name in "abc" for number in range(20)]


def test_an_older_file_is_brought_up_to_date_and_keeps_what_it_holds(path: Path) -> None:
    with closing(Database(path, NOTES)) as older:
        write(older, "kept")

    with closing(Database(path, NOTES_LATER)) as newer, newer.reading() as connection:
        assert connection.execute("SELECT note, author FROM notes").fetchall() == [("kept", "ann")]


def test_a_file_of_a_newer_version_is_refused_by_name(path: Path) -> None:
    Database(path, NOTES_LATER).close()

    with pytest.raises(Unavailable, match=r"notes\.db was written by a newer version") as refused:
        Database(path, NOTES)

    assert refused.value.code == "newer_store"


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    Database(tmp_path / "state.db", STATE).close()
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE bookmarks (url TEXT)")

    for name in ("state.db", "foreign.db"):
        with pytest.raises(Unavailable, match=name) as refused:
            Database(tmp_path / name, QUEUES)
        assert refused.value.code == "wrong_store"


def test_a_file_that_is_no_database_is_refused_by_name(path: Path) -> None:
    path.write_text("this is a letter, not a database\n" * 100)

    with pytest.raises(Unavailable, match=r"notes\.db is damaged") as refused:
        Database(path, NOTES)

    assert refused.value.code == "damaged_store"


def test_damage_inside_a_file_is_told_by_name(path: Path) -> None:
    with closing(Database(path, NOTES)) as database, database.writing() as connection:
        connection.executemany("INSERT INTO notes (note) VALUES (?)", [("x" * 900,) for _ in range(200)])
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xff" * 20 * 4096)

    with closing(Database(path, NOTES)) as database, pytest.raises(Unavailable, match=r"notes\.db is damaged"):
        notes(database)


def test_a_full_disk_is_told_by_name_and_leaves_what_was_there(database: Database) -> None:
    write(database, "before")

    with pytest.raises(Unavailable, match=r"notes\.db cannot be used now: the disk is full"):
        write_without_room(database)

    assert notes(database) == ["before"]


def test_a_file_locked_by_another_is_told_by_name(path: Path) -> None:
    with closing(Database(path, NOTES)) as owner, closing(Database(path, NOTES, wait_seconds=0.05)) as other, owner.writing():
        with pytest.raises(Unavailable, match=r"notes\.db cannot be used now: it is locked"):
            write(other, "late")
        assert notes(other) == []


def test_a_folder_that_cannot_be_made_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Unavailable, match=r"file/notes\.db"):
        Database(tmp_path / "file" / "notes.db", NOTES)


def test_a_path_that_cannot_be_opened_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "notes.db").mkdir()

    with pytest.raises(Unavailable, match=r"notes\.db cannot be used now: it cannot be opened"):
        Database(tmp_path / "notes.db", NOTES)


def test_a_closed_file_says_so(path: Path) -> None:
    database = Database(path, NOTES)
    database.close()
    database.close()

    with pytest.raises(Unavailable, match="has been closed"):
        notes(database)
    with pytest.raises(Unavailable, match="has been closed"):
        write(database, "late")


def test_what_is_erased_and_scrubbed_is_nowhere_in_the_files(path: Path, database: Database) -> None:
    write(database, "a secret that must go")
    with database.writing() as connection:
        connection.execute("DELETE FROM notes")

    database.scrub()

    assert all(b"a secret" not in file.read_bytes() for file in path.parent.iterdir())


def test_what_is_popular_is_told_the_same_where_nothing_can_be_written(tmp_path: Path) -> None:
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    told = [
        Interaction(interaction_id=f"{user} {track}", user=user, track_id=track, kind=Kind.PLAY, at=noon - timedelta(days=2), share=1.0)
        for user, track in (("ann", "song"), ("bob", "song"), ("ann", "tune"))
    ]
    with closing(Database(tmp_path / "state.db", STATE, wait_seconds=0.05)) as database:
        log = SqliteInteractionLog(database)
        log.append(told)
        with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as rival:
            rival.execute("BEGIN IMMEDIATE")
            without_room = log.trending(now=noon, half_life_days=7.0, window_days=30, limit=5)
            rival.execute("ROLLBACK")

        assert without_room == log.trending(now=noon, half_life_days=7.0, window_days=30, limit=5)
        assert [(trend.track_id, trend.listeners) for trend in without_room] == [("song", 2), ("tune", 1)]
