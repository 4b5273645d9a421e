"""A page for somebody of whom nothing is known: what is popular in several parts of the catalogue, and honestly called so."""

from datetime import timedelta
from itertools import pairwise

import pytest

from recommender.filters import Filters
from recommender.interactions import Kind
from recommender.pages.explaining import reason_of
from recommender.pages.page import RecommendedPage
from recommender.pages.policy import Policy
from recommender.tastes.preferences import Consent
from tests.recommender.engine import NOW, Engine, act, ids, sources


def played(engine: Engine, track_id: str, *, times: int, kind: Kind = Kind.PLAY, days_ago: float = 1) -> None:
    engine.listen(*(act(track_id, kind, user=f"listener {number}", days_ago=days_ago) for number in range(times)))


def library(*, genres: tuple[str, ...] = ("rock", "jazz"), each: int = 4, crowd: int = 3) -> Engine:
    """Return a library whose tracks are called rock0, rock1 and so on, the first ones the most popular."""
    engine = Engine()
    for at, genre in enumerate(genres):
        for number in range(each):
            engine.add(f"{genre}{number}", 90 * at + number, genres=(genre,), popularity=100 - 20 * number)
    engine.recommend = engine.recommending(Policy(crowd=crowd))
    return engine


def reasons(page: RecommendedPage) -> dict[str, str]:
    return {item.track.track_id: reason_of(item, page.exemplars)[0] for item in page.items}


def test_a_page_takes_from_every_genre_in_turn_and_says_that_it_is_not_personal() -> None:
    page = library().ask("newcomer", limit=4)

    assert [track_id[:4] for track_id in ids(page)] in (["rock", "jazz"] * 2, ["jazz", "rock"] * 2)
    assert sources(page) == {"popular"}
    assert page.cold
    assert set(reasons(page).values()) <= {"Popular in rock; not yet chosen for you", "Popular in jazz; not yet chosen for you"}


def test_what_a_crowd_plays_lately_is_told_as_such() -> None:
    engine = library()
    played(engine, "rock3", times=3)

    assert reasons(engine.ask("newcomer", limit=8))["rock3"] == "Played a lot lately in rock; not yet chosen for you"


@pytest.mark.parametrize(
    ("kind", "times", "days_ago", "private"),
    [(Kind.PLAY, 2, 1, False), (Kind.SKIP, 9, 1, False), (Kind.PLAY, 9, 60, False), (Kind.PLAY, 9, 1, True)],
    ids=["fewer than a crowd", "skips", "old plays", "private plays"],
)
def test_what_is_no_trend(kind: Kind, times: int, days_ago: float, *, private: bool) -> None:
    engine = library()
    engine.listen(*(act("rock3", kind, user=f"u{number}", days_ago=days_ago, private=private) for number in range(times)))

    assert not any("Played" in reason for reason in reasons(engine.ask("newcomer", limit=8)).values())


def test_two_newcomers_see_different_pages_and_one_page_is_always_the_same() -> None:
    engine = library(genres=("rock", "jazz", "folk"), each=20)

    pages = [tuple(ids(engine.ask(f"newcomer {number}", limit=6))) for number in range(10)]

    assert len(set(pages)) == 10
    assert tuple(ids(library(genres=("rock", "jazz", "folk"), each=20).ask("newcomer 0", limit=6))) == pages[0]


def test_popular_tracks_are_shown_more_often() -> None:
    engine = library(each=5)

    shown = [track_id for number in range(100) for track_id in ids(engine.ask(f"newcomer {number}", limit=2))]

    assert shown.count("rock0") + shown.count("jazz0") > 2 * (shown.count("rock4") + shown.count("jazz4"))


def test_a_catalogue_without_genres_is_parted_by_sound() -> None:
    engine = Engine()
    for degrees in [*range(20), *range(120, 140), *range(240, 260)]:
        engine.add(f"t{degrees}", degrees)

    page = engine.ask("newcomer", limit=20)

    assert {int(track_id[1:]) // 120 for track_id in ids(page)} == {0, 1, 2}


def test_no_artist_comes_twice_in_a_row_or_more_often_than_the_cap() -> None:
    engine = Engine()
    for number in range(40):
        engine.add(f"t{number}", 9 * number, artists=(f"Artist {number % 8}",), genres=(f"genre {number % 4}",))

    artists = [item.track.metadata.artists[0] for item in engine.ask("newcomer", limit=20).items]

    assert len(artists) == 20
    assert all(one != other for one, other in pairwise(artists))
    assert max(artists.count(artist) for artist in artists) <= 3


def test_without_genres_or_popularity_a_page_is_full_all_the_same() -> None:
    engine = Engine()
    for number in range(3):
        engine.add(f"t{number}", number)

    page = engine.ask("newcomer", limit=3)

    assert sorted(ids(page)) == ["t0", "t1", "t2"]
    assert "chosen by chance in this catalogue" in reasons(page)["t0"].lower()


def test_what_came_after_the_showcase_was_filled_shows_at_once_where_a_page_is_short() -> None:
    engine = library(each=1)
    engine.ask("newcomer")
    engine.add("just in", 45, genres=("folk",))

    assert "just in" in ids(engine.ask("newcomer"))


def test_what_was_deleted_after_the_showcase_was_filled_is_gone_at_once() -> None:
    engine = library(each=2)
    engine.ask("newcomer")

    engine.catalogue.remove("rock0")

    assert "rock0" not in ids(engine.ask("newcomer"))


def test_a_track_that_became_explicit_meanwhile_is_not_shown_to_who_does_not_allow_it() -> None:
    engine = library(each=2)
    engine.prefer("newcomer", allow_explicit=False)
    engine.ask("newcomer")
    engine.index.set_payload({"rock0": {"explicit": 1}})

    assert "rock0" not in ids(engine.ask("newcomer"))


def test_onboarding_picks_make_the_page_personal_at_once() -> None:
    engine = library(each=20)
    engine.prefer("newcomer", pick_artists=("Artist jazz3",))

    page = engine.ask("newcomer", limit=5)

    assert {track_id[:4] for track_id in ids(page)} == {"jazz"}
    assert not page.cold


def test_an_empty_library_says_so() -> None:
    page = Engine().ask("newcomer")

    assert (page.items, page.cold) == ((), True)
    assert page.why == "The library is empty: ingest some tracks first."


def test_filters_that_nothing_passes_are_named_as_the_reason() -> None:
    page = library().ask("newcomer", filters=Filters(genres=("polka",)))

    assert page.items == ()
    assert page.why == "No track passes the filters."


def test_a_library_of_which_all_was_heard_lately_is_named_as_the_reason() -> None:
    engine = Engine()
    engine.add("t0", 0)
    engine.listen(act("t0", days_ago=1))

    page = engine.ask()

    assert page.items == ()
    assert page.why is not None
    assert "heard in the last few days" in page.why


def test_targets_order_what_is_popular_too() -> None:
    engine = Engine()
    for tempo in (80.0, 120.0, 160.0):
        engine.add(f"t{tempo:g}", tempo, attributes={"tempo": tempo}, popularity=tempo / 2, genres=("rock",))

    shown = [ids(engine.ask(f"newcomer {number}", limit=3, filters=Filters(targets={"tempo": 80.0})))[0] for number in range(20)]

    assert shown.count("t80") == 20


def test_a_segment_that_wins_is_shown_more_and_one_that_loses_less() -> None:
    engine = library(genres=("rock", "jazz", "folk", "soul"), each=30)
    later = NOW
    for number in range(60):
        page = engine.ask(f"newcomer {number}", limit=8)
        for track_id in ids(page):
            if track_id.startswith("soul"):
                liked = act(track_id, Kind.LIKE, user=f"newcomer {number}", days_ago=0, recommendation_id=page.recommendation_id)
                engine.listen(liked)
        later += timedelta(minutes=1)

    shown = [track_id[:4] for number in range(100, 140) for track_id in ids(engine.ask(f"newcomer {number}", limit=8))]

    # No segment follows itself as long as there are others, so 40 % is the most that one can have.
    assert shown.count("soul") > 0.35 * len(shown)
    assert all(shown.count(other) < 0.3 * len(shown) for other in ("rock", "jazz", "folk"))


def test_a_page_of_nobody_or_of_somebody_who_refused_is_not_kept() -> None:
    engine = library()
    engine.prefer("refuser", consent=Consent.NONE)
    engine.prefer("passer-by", consent=Consent.SESSION)

    engine.ask("refuser")
    engine.ask("passer-by")
    engine.ask(None)

    assert engine.impressions.pages == []
