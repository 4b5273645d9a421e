"""Filters hold for every track of every answer, whatever they are; the rule is told a second time here, in plain words."""

from dataclasses import fields
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.filters import AnyOf, Between, Filters, OneOfTracks, Where
from recommender.pages.asking import Seeds
from recommender.tracks import Track
from tests.recommender.engine import ADDED, NOW, Engine, act, ids

GENRES, ARTISTS = ("Jazz", "Rock", "Trip Hop"), ("Björk", "Can", "Low")
OF_TWO = st.none() | st.integers(0, 1)


@cache
def library() -> Engine:
    """Sixty tracks, every third of them without year, length or tempo."""
    engine = Engine()
    for number in range(60):
        known = number % 3 > 0
        engine.add(
            f"t{number}",
            6 * number,
            read=True,
            genres=(GENRES[number % 3], GENRES[number // 3 % 3]),
            artists=(ARTISTS[number % 3], ARTISTS[number // 5 % 3]),
            year=1990 + number % 20 if known else None,
            duration_ms=1000 * number if known else None,
            explicit=number % 4 == 0,
            markets=(("DE", "IS"), ("US",), ())[number % 3],
            popularity=number,
            attributes={"tempo": 60.0 + 2 * number, "energy": number / 60} if known else {},
        )
    engine.listen(act("t1"), act("t40"), act("t20"))
    return engine


def passes(track: Track, asked: Filters) -> bool:
    said = track.metadata
    genres, artists = ({name.lower().replace("ö", "o") for name in names} for names in (said.genres, said.artists))
    numbers = {"year": said.year, "duration_ms": said.duration_ms, **track.attributes}
    bounds = {
        "year": (asked.year_min, asked.year_max),
        "duration_ms": (asked.duration_ms_min, asked.duration_ms_max),
        **asked.ranges,
    }
    return (
        (not asked.genres or bool(genres & {name.lower() for name in asked.genres}))
        and (not asked.artists or bool(artists & {name.lower().replace("ö", "o") for name in asked.artists}))
        and not artists & {name.lower().replace("ö", "o") for name in asked.exclude_artists}
        and track.track_id not in asked.exclude_tracks
        and asked.explicit in (None, said.explicit)
        and (asked.market is None or not said.markets or asked.market.upper() in said.markets)
        and (asked.added_after is None or track.added_at >= asked.added_after)
        and all(within(numbers.get(name), low, high) for name, (low, high) in bounds.items())
    )


def within(value: float | None, low: float | None, high: float | None) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


FILTERS = st.builds(
    Filters,
    genres=st.lists(st.sampled_from([*GENRES, "JAZZ", "polka"]), max_size=2).map(tuple),
    artists=st.lists(st.sampled_from([*ARTISTS, "bjork"]), max_size=2).map(tuple),
    exclude_artists=st.lists(st.sampled_from(ARTISTS), max_size=1).map(tuple),
    exclude_tracks=st.lists(st.integers(0, 70).map("t{}".format), max_size=5).map(tuple),
    year_min=st.none() | st.integers(1985, 2012),
    year_max=st.none() | st.integers(1985, 2012),
    duration_ms_min=st.none() | st.integers(0, 60_000),
    duration_ms_max=st.none() | st.integers(0, 60_000),
    explicit=st.none() | st.booleans(),
    market=st.none() | st.sampled_from(["DE", "us", "FR"]),
    added_after=st.none() | st.sampled_from([ADDED, ADDED + timedelta(seconds=1), ADDED - timedelta(days=1)]),
    ranges=st.dictionaries(
        st.sampled_from(["tempo", "energy"]), st.tuples(OF_TWO | st.floats(0, 200), OF_TWO | st.floats(0, 200)), max_size=2
    ),
    targets=st.dictionaries(st.sampled_from(["tempo", "energy"]), st.floats(0, 200), max_size=2),
)


@settings(deadline=None, max_examples=100)
@given(FILTERS, st.integers(1, 70))
def test_a_page_holds_no_track_that_violates_a_filter_no_track_twice_and_all_there_are(asked: Filters, limit: int) -> None:
    engine = library()

    page = engine.ask(limit=limit, filters=asked)

    shown = ids(page)
    assert all(passes(item.track, asked) for item in page.items)
    assert len(set(shown)) == len(shown)
    assert len(shown) == min(limit, sum(passes(track, asked) for track in engine.catalog.tracks.values()))
    assert (page.why is None) == bool(shown)


@settings(deadline=None, max_examples=50)
@given(FILTERS)
def test_no_answer_of_any_kind_violates_a_filter(asked: Filters) -> None:
    engine = library()

    found = [
        *ids(engine.ask("newcomer", limit=9, filters=asked)),
        *ids(engine.ask("newcomer", limit=9, filters=asked, seeds=Seeds.of(genres=("jazz",)))),
        *(scored.track.track_id for scored in engine.similar.to("t30", space=None, filters=asked, limit=9)),
        *(scored.track.track_id for scored in engine.search.find("Title Björk", filters=asked, limit=9)),
    ]

    assert all(passes(engine.catalog.tracks[track_id], asked) for track_id in found)


def test_this_module_s_rule_covers_every_filter_there_is() -> None:
    assert {field.name for field in fields(Filters)} == {
        "genres",
        "artists",
        "exclude_artists",
        "exclude_tracks",
        "year_min",
        "year_max",
        "duration_ms_min",
        "duration_ms_max",
        "explicit",
        "market",
        "added_after",
        "ranges",
        "targets",
    }


def test_without_filters_every_track_passes() -> None:
    assert Filters().where() == Where()


def test_targets_order_and_never_exclude() -> None:
    assert Filters(targets={"tempo": 90.0}).where() == Filters().where()


def test_a_range_open_on_both_sides_excludes_nothing() -> None:
    assert Filters(ranges={"tempo": (None, None)}).where() == Filters().where()


@pytest.mark.parametrize(
    ("asked", "condition"),
    [
        (Filters(genres=("Trip  Hop",)), AnyOf("genres", ("trip hop",))),
        (Filters(artists=("Björk",)), AnyOf("artists", ("bjork",))),
        (Filters(explicit=False), AnyOf("explicit", (0,))),
        (Filters(market="de"), AnyOf("markets", ("*", "DE"))),
        (Filters(year_min=0), Between("year", 0, None)),
        (Filters(duration_ms_max=9), Between("duration_ms", None, 9)),
        (Filters(added_after=NOW), Between("added_at", NOW.timestamp(), None)),
        (Filters(ranges={"tempo": (90.0, 100.0)}), Between("tempo", 90.0, 100.0)),
    ],
)
def test_each_filter_is_one_condition(asked: Filters, condition: object) -> None:
    assert asked.where().must == (condition,)


def test_what_is_excluded_must_not_hold() -> None:
    where = Filters(exclude_artists=("Björk",), exclude_tracks=("t1", "t2")).where()

    assert where.must_not == (AnyOf("artists", ("bjork",)), OneOfTracks(("t1", "t2")))


def test_conditions_are_added_without_touching_the_first_ones() -> None:
    first = Where((AnyOf("explicit", (1,)),))

    more = first.also(Between("year", 1990), without=(OneOfTracks(("t1",)),))

    assert first == Where((AnyOf("explicit", (1,)),))
    assert more == Where((AnyOf("explicit", (1,)), Between("year", 1990)), (OneOfTracks(("t1",)),))
