"""Finding names in a large catalogue: words that thousands of tracks hold are answered too."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from infra.sqlite.catalog import SqliteCatalog
from infra.sqlite.database import Database
from infra.sqlite.schema import STATE
from recommender.tracks import Metadata, Track, TrackStatus

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def titled(track_id: str, title: str) -> Track:
    return Track(track_id=track_id, metadata=Metadata(title=title), added_at=NOON, status=TrackStatus.READY)


def test_a_word_of_thousands_of_tracks_finds_some_and_the_title_that_is_just_it_first(tmp_path: Path) -> None:
    crowd = [titled(f"{number:05}", f"Moon {number}") for number in range(5_001)]
    with closing(Database(tmp_path / "state.db", STATE)) as database:
        catalog = SqliteCatalog(database)
        catalog.put_many([*crowd, titled("the moon itself", "Moon")])

        found = catalog.find_names("moon", limit=20)
        narrowed = catalog.find_names("moon 4999", limit=20)

    assert (found[0], len(found), len(set(found))) == ("the moon itself", 20, 20)
    assert narrowed == ["04999"]
