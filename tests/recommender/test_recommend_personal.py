"""A page for a listener whose taste is known; tracks are angles, and 0 to 29 degrees are rock."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from recommender.filters import Filters
from recommender.interactions import Kind
from recommender.pages.explaining import reason_of
from recommender.pages.fusion import K
from recommender.tastes.preferences import Consent
from tests.recommender.engine import JAZZ, NOW, ROCK, Engine, act, ids, rock_and_jazz, sources


def test_a_page_lies_near_the_taste() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"), act("rock1"))

    page = engine.ask(limit=5)

    assert len(page.items) == 5
    assert set(ids(page)) < set(ROCK)
    assert (page.cold, page.why) == (False, None)


def test_two_tastes_share_a_page() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"), act("jazz119"))

    shown = ids(engine.ask(limit=10))

    assert 4 <= len(set(shown) & set(ROCK)) <= 6
    assert 4 <= len(set(shown) & set(JAZZ)) <= 6


def test_what_stands_for_the_taste_rests_for_three_days_and_then_may_return() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0", days_ago=2.9), act("rock1", days_ago=3.1))

    shown = ids(engine.ask(limit=30, adventure=0))

    assert "rock0" not in shown
    assert "rock1" in shown


def test_what_was_skipped_rests_for_a_week() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"), act("jazz90", Kind.SKIP, days_ago=6.9), act("jazz91", Kind.SKIP, days_ago=7.1))

    shown = ids(engine.ask(limit=60, adventure=0))

    assert "jazz90" not in shown
    assert "jazz91" in shown


def test_a_banned_track_never_comes_back() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0", Kind.LIKE), act("rock1", Kind.BAN, days_ago=300))

    assert "rock1" not in ids(engine.ask(limit=60))


def test_excluded_tracks_and_artists_are_not_shown() -> None:
    engine = rock_and_jazz()
    engine.add("by another name", 2, artists=("The Excluded",))
    engine.prefer(exclude_tracks=("rock1",), exclude_artists=("the EXCLUDED",))
    engine.listen(act("rock0"))

    shown = ids(engine.ask(limit=61))

    assert {"rock1", "by another name"}.isdisjoint(shown)


def test_explicit_tracks_are_not_shown_to_who_does_not_allow_them_unless_asked_for() -> None:
    engine = rock_and_jazz()
    engine.add("explicit", 1, explicit=True)
    engine.listen(act("rock0"), act("rock0", user="ben"))
    engine.prefer("ben", allow_explicit=False)

    assert "explicit" in ids(engine.ask("ann", limit=61))
    assert "explicit" not in ids(engine.ask("ben", limit=61))


def test_no_artist_comes_twice_in_a_row_or_more_than_three_times() -> None:
    engine = Engine()
    for degrees in range(40):
        engine.add(f"t{degrees}", degrees, artists=(f"Artist {degrees // 8}",))
    engine.listen(act("t0"))

    artists = [item.track.metadata.artists[0] for item in engine.ask(limit=10).items]

    assert all(one != next_one for one, next_one in pairwise(artists))
    assert max(artists.count(artist) for artist in artists) <= 3


def test_caps_yield_where_nothing_else_is_left() -> None:
    engine = Engine()
    for degrees in range(8):
        engine.add(f"t{degrees}", degrees, artists=("The Only One",))
    engine.listen(act("t0", days_ago=0))

    assert len(ids(engine.ask(limit=7))) == 7


def test_what_is_known_comes_first_without_adventure_and_last_with_all_of_it() -> None:
    engine = Engine()
    for degrees in range(3):
        engine.add(f"t{degrees}", 40 * degrees)
    engine.listen(act("t0"))

    assert ids(engine.ask(limit=3, adventure=0))[0] == "t0"
    assert ids(engine.ask(limit=3, adventure=1))[0] == "t1"


def test_a_track_that_came_in_lately_is_louder_with_adventure() -> None:
    engine = Engine()
    for degrees in range(4):
        engine.add(f"t{degrees}", 15 * degrees)
    engine.index.set_payload({"t3": {"added_at": int((NOW - timedelta(days=1)).timestamp())}})
    engine.listen(act("t0", days_ago=1))

    calm, curious = ({item.track.track_id: item.candidate for item in engine.ask(limit=3, adventure=much).items} for much in (0, 1))

    assert "fresh" not in calm["t3"].parts
    assert curious["t3"].parts["fresh"] == pytest.approx(1.0)


def test_the_reason_names_what_was_played_and_never_the_track_itself() -> None:
    engine = Engine()
    engine.add("t0", 0, title="Zero", artists=("Ann", "Ben"))
    engine.add("t1", 1, title="One", artists=())
    engine.add("t2", 2, title="Two")
    engine.listen(act("t0", Kind.SAVE), act("t1"))

    page = engine.ask(limit=3, adventure=0)
    reasons = {item.track.track_id: reason_of(item, page.exemplars) for item in page.items}

    assert reasons["t2"] == ("Sounds like Zero by Ann, Ben and One by an unknown artist", ("t0", "t1"))
    assert reasons["t0"] == ("Sounds like One by an unknown artist", ("t1",))


def test_a_page_that_taste_leaves_short_is_filled_with_what_is_popular_and_shows_nothing_twice() -> None:
    engine = Engine()
    for degrees in range(3):
        engine.add(f"heard{degrees}", degrees)
    for number in range(6):
        engine.add(f"read{number}", title=f"word{number}", artists=(), popularity=number)
    engine.listen(act("heard0", days_ago=1))

    page = engine.ask(limit=6)

    shown = ids(page)
    assert len(shown) == len(set(shown)) == 6
    assert set(shown[:2]) == {"heard1", "heard2"}
    assert shown[2:] == ["read5", "read4", "read3", "read2"]
    assert sources(page) == {"audio", "popular"}
    assert not page.cold


def test_a_page_is_logged_as_it_was_shown() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"))

    page = engine.ask(limit=4)

    (shown,) = engine.impressions.of_user("ann")
    assert shown.track_ids == tuple(ids(page))
    assert shown.sources == ("audio",) * 4
    assert (shown.recommendation_id, shown.at, shown.cold) == ("page for ann", NOW, False)


def test_without_consent_no_taste_is_used_and_no_page_is_logged() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"))
    engine.prefer(consent=Consent.NONE)

    page = engine.ask(limit=5)

    assert page.cold
    assert engine.impressions.pages == []


def test_a_taste_in_a_version_that_is_not_served_any_more_is_made_anew_before_it_is_used() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"))
    swapped = {track_id: engine.index.fetch([track_id], slots=["audio_a"])[track_id].vectors["audio_a"] for track_id in JAZZ}
    engine.index.set_vectors("audio_b", {**swapped, "rock0": swapped["jazz90"]})
    serving = engine.serving.get()
    engine.serving.put(replace(serving, audio_slot="audio_b", audio_version="ear-2"))

    assert set(ids(engine.ask(limit=5, adventure=0))) < {"rock0", *JAZZ}


def test_the_first_place_of_one_question_counts_its_whole_weight() -> None:
    engine = Engine()
    engine.add("t0", 0)
    engine.add("t1", 1)
    engine.listen(act("t0", days_ago=1))

    (item,) = engine.ask(limit=1, adventure=0).items

    assert item.candidate.score == pytest.approx(1.0)
    assert K == 20


def test_what_was_shown_and_not_played_steps_back() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"))
    first = ids(engine.ask(limit=5, adventure=0))

    second = ids(engine.ask(limit=5, adventure=0))

    assert len(set(first) & set(second)) < 3


def test_a_new_session_turns_the_page() -> None:
    engine = rock_and_jazz()
    engine.listen(*(act(f"rock{number}") for number in range(10)))
    before = set(ids(engine.ask("ann", limit=10)))

    engine.listen(act("jazz100", Kind.LIKE, days_ago=0))
    page = engine.ask("ann", limit=10)

    assert len(before & JAZZ) <= 2
    assert len(set(ids(page)) & JAZZ) >= 4
    assert "session" in sources(page)


def test_what_is_disliked_is_held_back_and_never_empties_the_page() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock5"), act("jazz100"), *(act(f"jazz{number}", Kind.BAN) for number in range(90, 100)))

    page = engine.ask(limit=10)

    assert len(page.items) == 10
    assert len(set(ids(page)) & ROCK) >= 7


def test_a_page_has_the_genres_of_the_listening_in_its_shares() -> None:
    engine = rock_and_jazz()
    engine.listen(*(act(f"rock{number}") for number in range(9)), *(act(f"jazz{number}") for number in (90, 100, 110)))

    shown = set(ids(engine.ask(limit=12, adventure=0)))

    assert 7 <= len(shown & ROCK) <= 10


def test_each_track_tells_what_each_source_added_to_its_score() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"))

    for item in engine.ask(limit=5, adventure=0).items:
        assert set(item.candidate.parts) == {"audio"}


def test_what_is_not_on_the_page_is_told_by_the_step_that_dropped_it() -> None:
    engine = Engine()
    for number in range(30):
        engine.add(f"t{number}", number, artists=("The Only One" if number < 10 else f"Artist {number}",))
    engine.add("disliked", 90)
    engine.listen(act("t0", days_ago=1), act("disliked", Kind.BAN, days_ago=8))

    page = engine.ask(limit=6, explained=True, adventure=0, filters=Filters(exclude_tracks=("t28",)))

    dropped = {one.step: one for one in page.dropped}
    assert dropped["heard_lately"].track_ids == ("t0",)
    assert dropped["artist_cap"].track_ids == ("t4", "t5", "t6", "t7", "t8")
    assert dropped["less_relevant"].count >= 8
    assert not any({"t28", "disliked"} & set(one.track_ids) for one in page.dropped)
    assert all(len(one.track_ids) == min(5, one.count) for one in page.dropped)
    assert set(ids(page)).isdisjoint(track_id for one in page.dropped for track_id in one.track_ids)


def test_what_is_not_on_the_page_is_told_only_where_it_is_asked_for() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"))

    assert engine.ask(limit=5).dropped == ()
