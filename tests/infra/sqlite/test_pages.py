"""Logs longer than a page are read to their end, also where a page ends between acts of one moment."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.sqlite.database import Database
from infra.sqlite.impressions import SqliteImpressionLog
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.schema import STATE
from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "state.db", STATE)) as opened:
        yield opened


def test_a_long_log_is_read_whole_counted_by_user_and_expired_whole(database: Database) -> None:
    names = [f"{number:05}" for number in range(10_001)]
    log = SqliteInteractionLog(database)
    log.append([Interaction(interaction_id=name, user=f"u{name}", track_id="t", kind=Kind.SKIP, at=NOON) for name in names])

    told, users, gone = [act.interaction_id for act in log.until(NOON)], list(log.users()), log.expire(NOON + timedelta(days=1))

    assert told == names
    assert users == [f"u{name}" for name in names]
    assert (gone, log.count()) == (10_001, 0)


def test_a_log_may_grow_while_it_is_read(database: Database) -> None:
    log = SqliteInteractionLog(database)
    log.append([Interaction(interaction_id="1", user="ann", track_id="t", kind=Kind.PLAY, at=NOON)])

    for act in log.until(NOON):
        log.append([Interaction(interaction_id="2", user=act.user, track_id="t", kind=Kind.PLAY, at=NOON)])

    assert log.count() == 2


def test_many_pages_shown_are_read_whole(database: Database) -> None:
    impressions = SqliteImpressionLog(database)
    names = [f"{number:04}" for number in range(1_001)]
    for name in names:
        impressions.append(
            Impression(recommendation_id=name, user="ann", at=NOON, track_ids=(), sources=(), cold=False, collab_version=None)
        )

    assert [page.recommendation_id for page in impressions.since(NOON - timedelta(days=1))] == names
