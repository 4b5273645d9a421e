"""What every store of tastes, preferences and impressions promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from embeddings.taste import Mode
from recommender.errors import Conflict
from recommender.impressions import Impression
from recommender.ports.stores import ImpressionLog, PreferenceStore, TasteStore
from recommender.preferences import Consent, Preferences
from recommender.taste import SpaceTaste, Taste

NOON = datetime(2026, 3, 10, 12, 0, 0, 5, tzinfo=UTC)


def page(recommendation_id: str, user: str = "ann", at: datetime = NOON) -> Impression:
    return Impression(
        recommendation_id=recommendation_id,
        user=user,
        at=at,
        track_ids=("a", "b"),
        sources=("audio", "trending"),
        cold=False,
        collab_version=None,
    )


def test_a_taste_comes_back_bit_for_bit(tastes: TasteStore) -> None:
    vector, distaste = np.array([1 / 3, -0.0, 2e-38], dtype=np.float32), np.array([0.0, 1.0, 0.0], dtype=np.float32)
    space = SpaceTaste("v1", (Mode(vector, 0.75, ("t1", "t2")), Mode(distaste, 0.25, ())), distaste)
    told = Taste(
        user="ann",
        updated_at=NOON,
        spaces={"audio": space, "text": SpaceTaste("v2", ())},
        heard={"t2": NOON, "t1": NOON - timedelta(days=1)},
        banned=("t9",),
        artists={"Sigur Rós": 0.1},
        genres={"post-rock": 1 / 3},
        plays=3,
    )

    written = tastes.put(told)
    found = tastes.get("ann")

    assert found is not None
    assert (written.revision, found.revision) == (1, 1)
    modes = found.spaces["audio"].modes
    assert [(mode.vector.tobytes(), mode.weight, mode.exemplars) for mode in modes] == [
        (vector.tobytes(), 0.75, ("t1", "t2")),
        (distaste.tobytes(), 0.25, ()),
    ]
    assert found.spaces["audio"].distaste is not None
    assert found.spaces["audio"].distaste.dtype == np.float32
    assert (found.spaces["audio"].version, found.spaces["text"].modes, found.spaces["text"].distaste) == ("v1", (), None)
    assert list(found.heard.items()) == list(told.heard.items())
    assert (found.updated_at, found.banned, found.plays) == (NOON, ("t9",), 3)
    assert (dict(found.artists), dict(found.genres)) == (dict(told.artists), dict(told.genres))


def test_a_user_without_taste_has_none(tastes: TasteStore) -> None:
    assert tastes.get("nobody") is None


def test_a_taste_written_from_an_old_revision_conflicts(tastes: TasteStore) -> None:
    first = tastes.put(Taste(user="ann", updated_at=NOON))
    tastes.put(replace(first, plays=2))

    with pytest.raises(Conflict):
        tastes.put(replace(first, plays=7))
    with pytest.raises(Conflict):
        tastes.put(Taste(user="ann", updated_at=NOON))

    found = tastes.get("ann")
    assert found is not None
    assert (found.plays, found.revision) == (2, 2)


def test_an_erased_taste_is_gone_and_may_begin_anew(tastes: TasteStore) -> None:
    tastes.put(Taste(user="ann", updated_at=NOON))

    assert (tastes.erase("ann"), tastes.erase("ann")) == (1, 0)

    assert tastes.get("ann") is None
    assert tastes.put(Taste(user="ann", updated_at=NOON)).revision == 1


def test_preferences_come_back_and_are_written_over(preferences: PreferenceStore) -> None:
    asked = Preferences(
        user="ann",
        consent=Consent.NONE,
        allow_explicit=False,
        pick_tracks=("t1",),
        pick_artists=("Jónsi",),
        pick_genres=("jazz", "folk"),
        exclude_tracks=("t2",),
        exclude_artists=("X",),
        exclude_contexts=("sleep",),
    )
    preferences.put(Preferences(user="ann"))

    preferences.put(asked)

    assert preferences.get("ann") == asked
    assert preferences.get("bob") is None


def test_erased_preferences_are_gone(preferences: PreferenceStore) -> None:
    preferences.put(Preferences(user="ann"))

    assert (preferences.erase("ann"), preferences.erase("ann")) == (1, 0)

    assert preferences.get("ann") is None


def test_pages_come_back_oldest_first(impressions: ImpressionLog) -> None:
    told = [page("late", at=NOON + timedelta(hours=1)), page("early"), page("other", user="bob", at=NOON - timedelta(hours=1))]

    for one in told:
        impressions.append(one)

    assert impressions.of_user("ann") == [told[1], told[0]]
    assert [one.recommendation_id for one in impressions.since(NOON - timedelta(days=1))] == ["other", "early", "late"]
    assert [one.recommendation_id for one in impressions.since(NOON)] == ["late"]


def test_the_pages_of_an_erased_user_are_gone(impressions: ImpressionLog) -> None:
    for one in (page("1"), page("2"), page("3", user="bob")):
        impressions.append(one)

    assert impressions.erase("ann") == 2

    assert [one.user for one in impressions.since(NOON - timedelta(days=1))] == ["bob"]


def test_old_pages_expire(impressions: ImpressionLog) -> None:
    for one in (page("old", at=NOON - timedelta(days=1)), page("kept")):
        impressions.append(one)

    assert impressions.expire(NOON) == 1

    assert [one.recommendation_id for one in impressions.of_user("ann")] == ["kept"]


def test_a_page_is_found_by_its_id(impressions: ImpressionLog) -> None:
    impressions.append(page("r1"))
    impressions.append(page("r2", user="bob"))

    found = impressions.get("r2")

    assert found == page("r2", user="bob")
    assert impressions.get("r3") is None


def test_the_latest_pages_of_a_user_come_oldest_first(impressions: ImpressionLog) -> None:
    for number in range(4):
        impressions.append(page(f"r{number}", at=NOON + timedelta(minutes=number)))

    latest = impressions.of_user("ann", latest=2)

    assert [one.recommendation_id for one in latest] == ["r2", "r3"]
    assert impressions.of_user("ann", latest=0) == []
