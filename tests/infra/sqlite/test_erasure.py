"""Erasing a user leaves no trace of them in the bytes of the file."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from infra.sqlite.database import Database
from infra.sqlite.impressions import SqliteImpressionLog
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.preferences import SqlitePreferenceStore
from infra.sqlite.schema import STATE
from infra.sqlite.tastes import SqliteTasteStore
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
