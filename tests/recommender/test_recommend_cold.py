"""A page for somebody of whom nothing is known: what is popular, spread over genres, and honestly called so."""

from datetime import timedelta

from recommender.filters import Filters
from recommender.interactions import Kind
from recommender.recommend import reason_of
from tests.recommender.engine import NOW, Engine, act, ids, sources


def played(engine: Engine, track_id: str, *, times: int, kind: Kind = Kind.PLAY, days_ago: float = 1) -> None:
    engine.listen(*(act(track_id, kind, user=f"listener {number}", days_ago=days_ago) for number in range(times)))


def library() -> Engine:
    engine = Engine()
    for number in range(4):
        engine.add(f"rock{number}", number, genres=("rock",), popularity=50 - number)
        engine.add(f"jazz{number}", number + 90, genres=("jazz",), popularity=20 - number)
    return engine


def test_what_was_played_lately_is_spread_over_genres_and_called_popular() -> None:
    engine = library()
    for times, track_id in [(6, "rock0"), (5, "rock1"), (4, "rock2"), (3, "jazz0"), (2, "jazz1")]:
        played(engine, track_id, times=times)

    page = engine.ask("newcomer", limit=5)

    assert ids(page) == ["rock0", "jazz0", "rock1", "jazz1", "rock2"]
    assert sources(page) == {"popular"}
    assert page.cold
    assert reason_of(page.items[0], page.exemplars) == ("Played a lot lately; not yet chosen for you", ())


def test_without_plays_the_catalogue_s_own_popularity_speaks() -> None:
    page = library().ask("newcomer", limit=4)

    assert ids(page) == ["rock0", "jazz0", "rock1", "jazz1"]
    assert page.items[0].candidate.because.text.startswith("popular in this catalogue")


def test_without_any_popularity_the_newest_come_first() -> None:
    engine = Engine()
    for number in range(3):
        engine.add(f"t{number}", number)
        engine.index.set_payload({f"t{number}": {"added_at": int((NOW - timedelta(days=number)).timestamp())}})

    page = engine.ask("newcomer", limit=3)

    assert ids(page) == ["t0", "t1", "t2"]
    assert page.items[0].candidate.because.text.startswith("new in this catalogue")


def test_private_plays_skips_and_old_plays_make_nothing_popular() -> None:
    engine = Engine()
    for number in range(4):
        engine.add(f"t{number}", number)
    engine.listen(*(act("t1", user=f"u{number}", days_ago=1, private=True) for number in range(9)))
    played(engine, "t2", times=9, kind=Kind.SKIP)
    played(engine, "t3", times=9, days_ago=60)
    played(engine, "t0", times=1)

    page = engine.ask("newcomer", limit=4)

    assert [item.track.track_id for item in page.items if item.candidate.because.text.startswith("played")] == ["t0"]


def test_a_week_halves_what_a_play_counts() -> None:
    engine = Engine()
    engine.add("then", 0)
    engine.add("now", 1)
    played(engine, "then", times=3, days_ago=14)
    played(engine, "now", times=1, days_ago=0)

    scores = {item.track.track_id: item.candidate.score for item in engine.ask("newcomer").items}

    assert scores == {"now": 1.0, "then": 0.75}


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
        engine.add(f"t{tempo:g}", tempo, attributes={"tempo": tempo}, popularity=tempo)

    page = engine.ask("newcomer", limit=3, filters=Filters(targets={"tempo": 80.0}))

    assert ids(page) == ["t80", "t120", "t160"]
