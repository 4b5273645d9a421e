"""What every store of tastes, preferences and impressions promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from embeddings.taste import Mode
from recommender.errors import Conflict
from recommender.pages.impressions import Impression
from recommender.ports.stores import ImpressionLog, PreferenceStore, TasteStore
from recommender.tastes.preferences import Consent, Hidden, Preferences
from recommender.tastes.taste import SpaceTaste, Taste

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


def told_taste(user: str = "ann", **fields: object) -> Taste:
    liked = Mode(np.array([1 / 3, -0.0, 2e-3], dtype=np.float32), 0.75, ("t1", "t2"), NOON - timedelta(days=3))
    disliked = Mode(np.array([0.0, 1.0, 0.0], dtype=np.float32), 0.25, ())
    told = Taste(
        user=user,
        updated_at=NOON,
        spaces={"audio": SpaceTaste("v1", (liked, disliked), (disliked,)), "text": SpaceTaste("v2", ())},
        session={"text": SpaceTaste("v2", (liked,))},
        session_at=NOON - timedelta(minutes=2),
        heard={"t2": NOON, "t1": NOON - timedelta(days=1)},
        banned={"t9": None, "t8": NOON + timedelta(days=1)},
        artists={"Sigur Rós": 0.1},
        genres={"post-rock": 1 / 3},
        plays=3,
        made_for_collab="m1",
    )
    return replace(told, **fields)  # type: ignore[arg-type]  # a test names the fields it is about


def shape_of(space: SpaceTaste) -> list[tuple[object, ...]]:
    return [(mode.weight, mode.exemplars, mode.since, mode.vector.dtype) for mode in (*space.modes, *space.distastes)]


def test_a_taste_comes_back_as_it_was(tastes: TasteStore) -> None:
    told = told_taste()

    written = tastes.put(told)
    found = tastes.get("ann")

    assert found is not None
    assert (written.revision, found.revision) == (1, 1)
    for was, came in ((told.spaces, found.spaces), (told.session, found.session)):
        assert {name: (space.version, shape_of(space)) for name, space in was.items()} == {
            name: (space.version, shape_of(space)) for name, space in came.items()
        }
    assert list(found.heard.items()) == list(told.heard.items())
    assert list(found.banned.items()) == list(told.banned.items())
    assert (found.updated_at, found.session_at, found.plays, found.made_for_collab) == (NOON, told.session_at, 3, "m1")
    assert (dict(found.artists), dict(found.genres)) == (pytest.approx(told.artists), pytest.approx(told.genres, abs=1e-6))


@pytest.mark.parametrize("length", [1.0, 1e-6, 3e5])
def test_a_vector_of_any_length_keeps_its_direction(tastes: TasteStore, length: float) -> None:
    rng = np.random.default_rng(5)
    vector = (rng.normal(size=256) * length).astype(np.float32)
    space = SpaceTaste("v1", (Mode(vector, 1.0, ()),))

    tastes.put(told_taste(spaces={"collab": space}))

    found = tastes.get("ann")
    assert found is not None
    (came,) = found.spaces["collab"].modes
    assert float(np.linalg.norm(came.vector)) == pytest.approx(float(np.linalg.norm(vector)), rel=1e-3)
    assert float(came.vector @ vector) / float(np.linalg.norm(came.vector) * np.linalg.norm(vector)) > 1 - 1e-6


def test_of_many_tastes_those_of_old_revisions_are_left_out(tastes: TasteStore) -> None:
    ann = tastes.put(told_taste("ann"))
    ben = tastes.put(told_taste("ben"))
    tastes.put(replace(ben, plays=9))

    written = tastes.put_many([replace(ann, plays=5), replace(ben, plays=5), told_taste("cat"), told_taste("ben")])

    assert [(taste.user, taste.revision) for taste in written] == [("ann", 2), ("cat", 1)]
    assert {user: taste.plays for user, taste in tastes.get_many(["ann", "ben", "cat", "dan"]).items()} == {"ann": 5, "ben": 9, "cat": 3}
    assert tastes.revisions(["ann", "ben", "cat", "dan"]) == {"ann": 2, "ben": 2, "cat": 1}
    assert tastes.put_many([]) == []


def test_everyone_with_a_taste_is_told(tastes: TasteStore) -> None:
    tastes.put_many([told_taste("ben"), told_taste("ann")])
    tastes.erase("ben")

    assert list(tastes.users()) == ["ann"]


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
        hide_tracks=(Hidden("t3", NOON),),
        hide_artists=(Hidden("Björk", NOON + timedelta(days=1)),),
        reset_at=NOON - timedelta(days=1),
    )
    preferences.put(Preferences(user="ann"))

    preferences.put(asked)

    assert preferences.get("ann") == asked
    assert preferences.get("bob") is None
    assert preferences.get_many(["bob", "ann"]) == {"ann": asked}


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


def test_everyone_with_preferences_is_told_once(preferences: PreferenceStore) -> None:
    for user in ("ben", "ann", "ben"):
        preferences.put(Preferences(user=user))

    assert list(preferences.users()) == ["ann", "ben"]


def test_everyone_with_pages_is_told_once(impressions: ImpressionLog) -> None:
    for one in (page("1", user="ben"), page("2"), page("3", user="ben")):
        impressions.append(one)

    assert list(impressions.users()) == ["ann", "ben"]
