"""A page is near its targets, spread apart, and never full of one artist."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.pages.asking import Because, Candidate
from recommender.pages.ranking import Shape, composed, spread_over_genres, toward
from recommender.payload import PayloadValue
from tests.recommender.engine import at_angle


def candidate(track_id: str, score: float = 1.0, **payload: PayloadValue) -> Candidate:
    return Candidate(track_id, score, "audio", Because(""), payload, {})


def order(candidates: list[Candidate]) -> str:
    return " ".join(one.track_id for one in candidates)


def test_without_targets_the_order_stays() -> None:
    assert order(toward([candidate("b", 1), candidate("a", 2)], {})) == "b a"


def test_a_track_at_the_target_keeps_its_score_and_one_a_width_away_loses_four_tenths() -> None:
    at_it, away = toward([candidate("away", tempo=120.0), candidate("at it", tempo=100.0)], {"tempo": 100.0})

    assert (at_it.track_id, at_it.score) == ("at it", 1.0)
    assert (away.track_id, away.score) == ("away", pytest.approx(np.exp(-0.5)))


def test_a_track_of_unknown_tempo_is_held_back_but_not_lost() -> None:
    moved = toward([candidate("unknown"), candidate("far", tempo=200.0), candidate("near", tempo=101.0)], {"tempo": 100.0})

    assert order(moved) == "near unknown far"


def test_several_targets_are_all_to_be_met() -> None:
    moved = toward(
        [candidate("one", tempo=100.0, energy=0.0), candidate("both", tempo=105.0, energy=0.85)], {"tempo": 100.0, "energy": 0.9}
    )

    assert order(moved) == "both one"


def test_without_diversity_the_order_of_relevance_stays() -> None:
    page = [candidate("a", 3), candidate("b", 2), candidate("c", 1)]
    vectors = {"a": at_angle(0), "b": at_angle(0), "c": at_angle(90)}

    assert order(composed(page, vectors, Shape(limit=3, diversity=0, artist_cap=3))) == "a b c"


def test_with_diversity_what_sounds_the_same_waits() -> None:
    page = [candidate("a", 3), candidate("b", 2.9), candidate("c", 2)]
    vectors = {"a": at_angle(0), "b": at_angle(1), "c": at_angle(90)}

    assert order(composed(page, vectors, Shape(limit=3, diversity=0.5, artist_cap=3))) == "a c b"


def test_what_is_not_alike_earns_nothing_by_being_farther_off() -> None:
    page = [candidate("a", 3), candidate("b", 2.1), candidate("c", 2)]
    vectors = {"a": at_angle(0), "b": at_angle(60), "c": at_angle(90)}

    by_angle, by_likeness = (order(composed(page, vectors, Shape(limit=3, diversity=0.5, alike_from=cosine))) for cosine in (0.0, 0.6))

    assert (by_angle, by_likeness) == ("a c b", "a b c")


def test_a_page_does_not_begin_with_the_artist_who_ended_the_one_before() -> None:
    page = [candidate("a", 3, artists=["Ann"]), candidate("b", 2, artists=["Bob"])]

    assert order(composed(page, {}, Shape(limit=2), former=["Ann"])) == "b a"
    assert order(composed(page[:1], {}, Shape(limit=2), former=["Ann"])) == "a"


def test_a_step_takes_what_marginal_relevance_says() -> None:
    # a is chosen first; then b is worth .7 * .9 - .3 * 1 = .33, and c .7 * .5 - .3 * 0 = .35.
    page = [candidate("a", 1.0), candidate("b", 0.9), candidate("c", 0.5)]
    vectors = {"a": at_angle(0), "b": at_angle(0), "c": at_angle(90)}

    assert order(composed(page, vectors, Shape(limit=2, diversity=0.3, artist_cap=3))) == "a c"


def test_a_track_without_a_vector_is_like_no_other() -> None:
    page = [candidate("a", 1.0), candidate("b", 0.9), candidate("c", 0.8)]

    assert order(composed(page, {"a": at_angle(0), "b": at_angle(0)}, Shape(limit=2, diversity=0.5))) == "a c"


def test_an_artist_does_not_follow_themselves_while_there_is_another() -> None:
    page = [candidate("x1", 9, artists=["x"]), candidate("x2", 8, artists=["x"]), candidate("y1", 1, artists=["y"])]

    assert order(composed(page, {}, Shape(limit=3, diversity=0, artist_cap=3))) == "x1 y1 x2"


def test_an_artist_comes_no_more_often_than_the_cap_while_there_is_another() -> None:
    page = [candidate(f"x{n}", 9 - n, artists=["x"]) for n in range(4)] + [candidate(f"y{n}", 1, artists=[f"y{n}"]) for n in range(4)]

    assert order(composed(page, {}, Shape(limit=6, diversity=0, artist_cap=2))) == "x0 y0 x1 y1 y2 y3"


def test_nobody_is_held_to_be_the_same_artist_as_nobody() -> None:
    assert order(composed([candidate("a", 2), candidate("b", 1)], {}, Shape(limit=2, artist_cap=1))) == "a b"


def test_no_candidates_are_an_empty_page() -> None:
    assert composed([], {}, Shape(limit=5, diversity=0.5, artist_cap=3)) == []


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from("xyz"), st.floats(0, 1), st.integers(0, 359)), max_size=25),
    st.integers(1, 25),
    st.floats(0, 1),
)
def test_a_page_is_as_long_as_it_can_be_and_breaks_a_rule_only_when_nothing_else_is_left(
    told: list[tuple[str, float, int]], limit: int, diversity: float
) -> None:
    page = [candidate(f"t{place}", score, artists=[artist]) for place, (artist, score, _) in enumerate(told)]
    vectors = {f"t{place}": at_angle(degrees) for place, (_, _, degrees) in enumerate(told)}

    chosen = composed(page, vectors, Shape(limit=limit, diversity=diversity, artist_cap=3))

    artists = [told[int(one.track_id[1:])][0] for one in chosen]
    left = Counter(artist for artist, _, _ in told)
    assert len(chosen) == len({one.track_id for one in chosen}) == min(limit, len(told))
    for place, (former, artist) in enumerate(pairwise(artists), start=1):
        remaining = left - Counter(artists[:place])
        assert artist != former or set(remaining) == {former}
        capped = Counter(artists[:place])
        if capped[artist] >= 3:
            assert all(capped[other] >= 3 or other == former for other in remaining)


def test_the_best_of_each_genre_come_in_turn() -> None:
    page = [
        candidate("r1", genres=["rock"]),
        candidate("r2", genres=["rock"]),
        candidate("r3", genres=["rock", "jazz"]),
        candidate("j1", genres=["jazz"]),
        candidate("n1"),
    ]

    assert order(spread_over_genres(page, limit=4)) == "r1 j1 n1 r2"


def test_a_spread_of_nothing_is_nothing() -> None:
    assert spread_over_genres([], limit=3) == []


def test_an_artist_who_only_takes_part_counts_too() -> None:
    page = [candidate("x", 9, artists=["x"]), candidate("y with x", 8, artists=["y", "x"]), candidate("z", 1, artists=["z"])]

    assert order(composed(page, {}, Shape(limit=3))) == "x z y with x"


def test_an_album_comes_no_more_often_than_its_cap_and_albums_of_one_name_are_told_apart_by_artist() -> None:
    hits = [candidate(f"hits{n}", 9 - n, artists=["x"], album="hits") for n in range(3)]
    others = [candidate("y", 1, artists=["y"], album="hits"), candidate("z", 0.5, artists=["z"])]

    assert order(composed([*hits, *others], {}, Shape(limit=5, artist_cap=9, album_cap=2))) == "hits0 y hits1 z hits2"


def test_what_the_page_has_already_counts_for_artists_and_caps() -> None:
    before = [candidate("x1", artists=["x"]), candidate("y1", artists=["y"])]
    page = [candidate("y2", 9, artists=["y"]), candidate("x2", 8, artists=["x"]), candidate("z", 1, artists=["z"])]

    assert order(composed(page, {}, Shape(limit=3, artist_cap=1), after=before)) == "z y2 x2"


def test_a_page_is_calibrated_to_the_mix_of_genres() -> None:
    rock = [candidate(f"r{n}", 1.0, genres=["rock"]) for n in range(4)]
    jazz = [candidate(f"j{n}", 0.9, genres=["jazz"]) for n in range(4)]
    mix = {"rock": 0.5, "jazz": 0.5}

    relevant = composed([*rock, *jazz], {}, Shape(limit=4), mix=mix)
    calibrated = composed([*rock, *jazz], {}, Shape(limit=4, calibration=0.5), mix=mix)

    assert order(relevant) == "r0 r1 r2 r3"
    assert sorted(one.track_id[0] for one in calibrated) == ["j", "j", "r", "r"]


def test_a_genre_that_no_candidate_has_is_not_missed() -> None:
    page = [candidate("r", 1.0, genres=["rock"]), candidate("j", 0.9, genres=["jazz"])]

    assert order(composed(page, {}, Shape(limit=2, calibration=1.0), mix={"polka": 0.9, "rock": 0.1})) == "r j"
