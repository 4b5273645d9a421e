"""The order in which tracks flow."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from recommender.playing.flow import Arc, Sound, cost_of, flowing, sound_of, step_cost, tempo_distance

SOUNDS = st.lists(
    st.builds(
        Sound,
        tempo=st.none() | st.floats(40, 220),
        key=st.none() | st.integers(0, 11),
        major=st.none() | st.booleans(),
        energy=st.none() | st.floats(0, 1),
        artist=st.none() | st.sampled_from("abc"),
    ),
    max_size=12,
)
ARCS = st.sampled_from(Arc)


def repeats(sounds: list[Sound], order: list[int]) -> int:
    """Return how often an artist comes twice in a row."""
    pairs = itertools.pairwise(order)
    return sum(sounds[a].artist is not None and sounds[a].artist == sounds[b].artist for a, b in pairs)


def test_half_and_double_tempo_are_near_and_what_lies_between_is_far() -> None:
    assert tempo_distance(120, 120) == 0.0
    assert tempo_distance(60, 120) == tempo_distance(120, 60) < tempo_distance(100, 120)
    assert tempo_distance(85, 120) == 1.0


def test_tempi_are_passed_through_in_order() -> None:
    sounds = [Sound(tempo=tempo) for tempo in (110, 100, 115, 105)]

    order = flowing(sounds, after=Sound(tempo=100))

    assert [sounds[place].tempo for place in order] == [100, 105, 110, 115]


def test_keys_go_round_the_circle_of_fifths() -> None:
    c, d, g, a_minor = (Sound(key=key, major=major) for key, major in ((0, True), (2, True), (7, True), (9, False)))
    sounds = [c, d, a_minor, g]

    order = flowing(sounds, after=a_minor)

    assert [sounds[place] for place in order] == [a_minor, c, g, d]


def test_energy_rises_or_falls_when_it_is_asked_to() -> None:
    sounds = [Sound(energy=energy) for energy in (0.5, 0.1, 0.9, 0.3, 0.7)]

    rising, falling = (flowing(sounds, arc=arc) for arc in (Arc.RISING, Arc.FALLING))

    assert [sounds[place].energy for place in rising] == [0.1, 0.3, 0.5, 0.7, 0.9]
    assert falling == rising[::-1]


def test_an_unknown_attribute_is_neither_near_nor_far() -> None:
    known, same, other, unknown = Sound(tempo=100), Sound(tempo=100), Sound(tempo=140), Sound()

    assert step_cost(known, same) < step_cost(known, unknown) < step_cost(known, other)


def test_what_played_before_decides_what_comes_first_and_is_not_followed_by_the_same_artist() -> None:
    sounds = [Sound(tempo=100, artist="ada"), Sound(tempo=130, artist="bob")]

    assert flowing(sounds, after=Sound(tempo=100)) == [0, 1]
    assert flowing(sounds, after=Sound(tempo=100, artist="ada")) == [1, 0]


def test_an_artist_comes_twice_in_a_row_only_where_there_is_no_other_way() -> None:
    possible = [Sound(artist=artist, tempo=100.0 + at) for at, artist in enumerate("aaabb")]
    impossible = [Sound(artist=artist, tempo=100.0 + at) for at, artist in enumerate("aaaab")]

    assert repeats(possible, flowing(possible)) == 0
    assert repeats(impossible, flowing(impossible)) == 2


def test_a_payload_tells_what_is_known_and_nothing_out_of_range() -> None:
    told = sound_of({"tempo": 120.0, "key": 9, "mode": 0, "energy": 0.4, "artists": ["ada", "bob"]})
    empty = sound_of({"tempo": 0.0, "key": -1, "artists": []})

    assert told == Sound(tempo=120.0, key=9, major=False, energy=0.4, artist="ada")
    assert empty == Sound()


@given(sounds=SOUNDS, arc=ARCS)
def test_an_order_holds_every_track_once_is_always_the_same_and_never_costs_more_than_the_one_given(sounds: list[Sound], arc: Arc) -> None:
    order = flowing(sounds, arc=arc)

    assert sorted(order) == list(range(len(sounds)))
    assert order == flowing(sounds, arc=arc)
    assert cost_of(sounds, order, arc=arc) <= cost_of(sounds, arc=arc) + 1e-9


@given(sounds=SOUNDS, arc=ARCS)
def test_no_artist_comes_twice_in_a_row_where_that_is_possible(sounds: list[Sound], arc: Arc) -> None:
    counts = [sum(sound.artist == artist for sound in sounds) for artist in "abc"]
    least = max(0, 2 * max(counts) - len(sounds) - 1)

    assert repeats(sounds, flowing(sounds, arc=arc)) == least
