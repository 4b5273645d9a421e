"""Erasing a user leaves no trace of them in the bytes of the file."""

import random
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.sqlite.database import Database
from infra.sqlite.impressions import SqliteImpressionLog
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.preferences import SqlitePreferenceStore
from infra.sqlite.schema import STATE
from infra.sqlite.tastes import SqliteTasteStore
from recommender.errors import Unavailable
from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression
from recommender.tastes.preferences import Preferences
from recommender.tastes.taste import Taste

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
USER = "pseudonym-of-ann"


def test_an_erased_user_is_in_no_byte_of_the_files(tmp_path: Path) -> None:
    page = Impression(recommendation_id="r", user=USER, at=NOON, track_ids=(), sources=(), cold=True, collab_version=None)
    acts = [Interaction(interaction_id=f"i{n}", user=USER, track_id=f"t{n}", kind=Kind.PLAY, at=NOON) for n in range(300)]
    with closing(Database(tmp_path / "state.db", STATE)) as database:
        log, tastes = SqliteInteractionLog(database), SqliteTasteStore(database)
        preferences, impressions = SqlitePreferenceStore(database), SqliteImpressionLog(database)
        log.append(acts)
        tastes.put(Taste(user=USER, updated_at=NOON))
        preferences.put(Preferences(user=USER))
        impressions.append(page)

        erased = [store.erase(USER) for store in (log, tastes, preferences, impressions)]

        assert erased == [300, 1, 1, 1]
        assert all(USER.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_rewriting_the_file_leaves_no_copies_that_moving_rows_left(tmp_path: Path) -> None:
    numbers = random.Random(3)  # noqa: S311  # no secret hangs on it
    whose = [numbers.choice((USER, "ben", "cat")) for _ in range(6000)]
    acts = [
        Interaction(interaction_id=f"{numbers.random()}-{user}", user=user, track_id=f"t{n % 97}", kind=Kind.PLAY, at=NOON)
        for n, user in enumerate(whose)
    ]
    with closing(Database(tmp_path / "state.db", STATE)) as database:
        log = SqliteInteractionLog(database)
        for start in range(0, len(acts), 500):
            log.append(acts[start : start + 500])
        written = any(USER.encode() in file.read_bytes() for file in tmp_path.iterdir())

        log.erase(USER)
        database.rewrite()

        assert written
        assert all(USER[:12].encode() not in file.read_bytes() for file in tmp_path.iterdir())
        assert log.count() == whose.count("ben") + whose.count("cat")


def test_damaged_files_that_were_set_aside_go_too(tmp_path: Path) -> None:
    for name in ("state.db.20260310T120000.old", "state.db.20260310T120000.old-wal", "queues.db.20260310T120000.old"):
        (tmp_path / name).write_bytes(USER.encode())

    with closing(Database(tmp_path / "state.db", STATE)) as database:
        database.rewrite()

    assert [path.name for path in tmp_path.glob("*.old*")] == ["queues.db.20260310T120000.old"]


def test_a_file_that_is_being_read_is_not_said_to_be_rewritten(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "state.db", STATE, wait_seconds=0.05)) as database:
        SqlitePreferenceStore(database).put(Preferences(user=USER))

        with database.reading() as reader:
            reader.execute("SELECT COUNT(*) FROM preferences").fetchone()
            with pytest.raises(Unavailable, match="being read"):
                database.rewrite()
