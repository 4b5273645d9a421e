"""What comes after a list of tracks, over sounds that are angles."""

import pytest

from recommender.errors import InvalidInput
from recommender.filters import Filters
from recommender.interactions import Kind
from recommender.pages.explaining import reason_of
from recommender.pages.page import RecommendedPage
from recommender.playing.continuing import LEAST, Continuing, Playlist, weighed
from tests.recommender.engine import JAZZ, NOW, ROCK, Engine, act, rock_and_jazz


def after(engine: Engine, *track_ids: str, user: str | None = None, limit: int = 6, filters: Filters | None = None) -> RecommendedPage:
    """Return what comes after a list."""
    playlist = Playlist(recommendation_id="page", track_ids=track_ids, user=user, limit=limit, filters=filters or Filters())
    return Continuing(engine.recommend).after(playlist, now=NOW)


def ids(found: RecommendedPage) -> list[str]:
    """Return the tracks in order."""
    return [item.track.track_id for item in found.items]


def test_a_list_of_one_kind_goes_on_in_that_kind_with_nothing_from_the_list() -> None:
    found = after(rock_and_jazz(), "jazz94", "jazz96", "jazz98")

    assert len(ids(found)) == 6
    assert set(ids(found)) < JAZZ - {"jazz94", "jazz96", "jazz98"}


def test_a_list_of_two_kinds_goes_on_in_both() -> None:
    found = after(rock_and_jazz(), "jazz94", "rock10", "jazz96", "rock12", limit=10)

    assert set(ids(found)) & JAZZ
    assert set(ids(found)) & ROCK


def test_the_end_of_the_list_counts_most() -> None:
    engine = rock_and_jazz()
    list_of_both = [*(f"jazz{degrees}" for degrees in range(90, 105)), *(f"rock{degrees}" for degrees in range(15))]

    forward, backward = (after(engine, *track_ids, limit=10) for track_ids in (list_of_both, list_of_both[::-1]))

    assert len(ROCK & set(ids(forward))) > len(ROCK & set(ids(backward)))


def test_each_track_says_which_of_the_list_it_goes_with() -> None:
    found = after(rock_and_jazz(), "jazz95", limit=1)

    [item] = found.items
    assert item.candidate.source == "list_audio"
    assert reason_of(item, found.exemplars) == ("Goes with Title jazz95 by Artist jazz95", ("jazz95",))
    assert set(item.candidate.parts) == {"list_audio"}


def test_what_follows_flows_from_the_end_of_the_list() -> None:
    engine = Engine()
    engine.add("first", 0, attributes={"tempo": 100.0})
    engine.add("last", 1, attributes={"tempo": 110.0})
    for place, tempo in enumerate((130.0, 115.0, 125.0, 120.0)):
        engine.add(f"at {tempo:g}", 2 + place, attributes={"tempo": tempo})

    assert ids(after(engine, "first", "last")) == ["at 115", "at 120", "at 125", "at 130"]


def test_filters_hold_and_a_user_is_spared_what_they_banned() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock11", Kind.BAN))

    found = after(engine, "jazz95", "rock10", user="ann", limit=30, filters=Filters(genres=("rock",)))

    assert set(ids(found)) == ROCK - {"rock10", "rock11"}


def test_the_page_is_kept_for_a_user() -> None:
    engine = rock_and_jazz()

    found = after(engine, "jazz95", user="ann")
    after(engine, "jazz95")

    assert [list(one.track_ids) for one in engine.impressions.of_user("ann")] == [ids(found)]


def test_a_list_may_hold_a_track_twice_another_encoding_and_one_that_is_not_ready() -> None:
    engine = rock_and_jazz()
    engine.catalog.link("jazz95 as mp3", "jazz95")
    engine.add("gone", 100)
    engine.index.delete(["gone"])

    found = after(engine, "jazz95 as mp3", "gone", "jazz96", "jazz96")

    assert set(ids(found)) < JAZZ - {"jazz95", "jazz96"}


def test_unknown_tracks_are_named_all_of_them() -> None:
    with pytest.raises(InvalidInput) as raised:
        after(rock_and_jazz(), "jazz95", "nowhere", "elsewhere")

    assert (raised.value.code, raised.value.field) == ("unknown_track", "track_ids")
    assert raised.value.message == "unknown tracks: nowhere, elsewhere"


def test_a_list_of_which_nothing_is_ready_is_refused() -> None:
    engine = rock_and_jazz()
    engine.index.delete(["jazz95"])

    with pytest.raises(InvalidInput) as raised:
        after(engine, "jazz95")

    assert (raised.value.code, raised.value.field) == ("no_vector", "track_ids")


def test_filters_that_leave_nothing_say_so() -> None:
    found = after(rock_and_jazz(), "jazz95", filters=Filters(genres=("polka",)))

    assert ids(found) == []
    assert found.why


def test_weights_fall_from_the_end_by_half_every_twelve_places_down_to_a_tenth() -> None:
    weights = weighed([str(place) for place in range(100)])

    assert (weights["99"], weights["87"], weights["0"]) == (1.0, 0.5, LEAST)
