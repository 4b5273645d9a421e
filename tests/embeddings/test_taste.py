"""Listening that lies in clear groups comes back as these groups; tracks are angles."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from embeddings.taste import Listened, Mode, mean_direction, modes, modes_of_many

HALF_ALIKE = 0.5  # cosine of 60 degrees


def at(*degrees: float) -> NDArray[np.float32]:
    radians = np.radians(np.array(degrees))
    return np.column_stack([np.cos(radians), np.sin(radians)]).astype(np.float32)


def found(degrees: list[float], weights: list[float]) -> tuple[Mode, ...]:
    names = tuple(f"t{angle:g}" for angle in degrees)
    return modes(at(*degrees), np.array(weights), names, same_taste=HALF_ALIKE)


def angle(vector: NDArray[np.float32]) -> float:
    return math.degrees(math.atan2(float(vector[1]), float(vector[0])))


def test_no_tracks_are_no_modes() -> None:
    assert found([], []) == ()


def test_one_track_is_one_mode_of_all_the_weight() -> None:
    (mode,) = found([30], [0.7])

    assert angle(mode.vector) == pytest.approx(30, abs=1e-3)
    assert (mode.weight, mode.exemplars) == (1.0, ("t30",))


def test_two_clear_groups_are_two_modes_the_heavier_first() -> None:
    heavy, light = found([0, 10, 120, 130], [1, 1, 3, 3])

    assert (angle(heavy.vector), heavy.weight) == (pytest.approx(125, abs=1e-3), pytest.approx(0.75))
    assert (angle(light.vector), light.weight) == (pytest.approx(5, abs=1e-3), pytest.approx(0.25))


def test_a_group_as_near_as_one_taste_stays_whole() -> None:
    (mode,) = found([0, 20, 40], [1, 1, 1])

    assert angle(mode.vector) == pytest.approx(20, abs=1e-3)


def test_the_middle_of_a_group_is_its_most_telling_exemplar() -> None:
    (mode,) = found([0, 20, 40], [1, 1, 1])

    assert mode.exemplars[0] == "t20"


def test_six_tastes_are_told_in_five_modes() -> None:
    apart = np.eye(6, dtype=np.float32)

    grouped = modes(apart, np.ones(6), tuple("abcdef"), same_taste=HALF_ALIKE)

    assert len(grouped) == 5


def test_an_exemplar_list_has_at_most_five_names() -> None:
    (mode,) = found([0, 1, 2, 3, 4, 5, 6], [1] * 7)

    assert len(mode.exemplars) == 5


@settings(deadline=None, max_examples=50)
@given(st.permutations([0.0, 12.0, 95.0, 100.0, 180.0, 200.0, 280.0, 285.0]))
def test_the_order_in_which_tracks_are_given_changes_nothing(degrees: list[float]) -> None:
    expected = found(sorted(degrees), [1 + angle / 100 for angle in sorted(degrees)])

    grouped = found(degrees, [1 + angle / 100 for angle in degrees])

    assert [(mode.weight, mode.exemplars) for mode in grouped] == [(mode.weight, mode.exemplars) for mode in expected]
    assert all(np.array_equal(mode.vector, wanted.vector) for mode, wanted in zip(grouped, expected, strict=True))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 359), st.floats(0.1, 10)), min_size=1, max_size=30, unique_by=lambda pair: pair[0]))
def test_modes_are_at_most_five_unit_vectors_that_share_the_listening(listened: list[tuple[int, float]]) -> None:
    grouped = found([float(angle) for angle, _ in listened], [weight for _, weight in listened])

    assert 1 <= len(grouped) <= 5
    assert sum(mode.weight for mode in grouped) == pytest.approx(1)
    assert all(np.linalg.norm(mode.vector) == pytest.approx(1, abs=1e-5) for mode in grouped)
    assert [mode.weight for mode in grouped] == sorted((mode.weight for mode in grouped), reverse=True)


def test_the_mean_direction_leans_to_the_heavier_side() -> None:
    even, leaning = (mean_direction(at(0, 90), np.array(weights)) for weights in ([1.0, 1.0], [3.0, 1.0]))

    assert even is not None
    assert leaning is not None
    assert angle(even) == pytest.approx(45, abs=1e-3)
    assert angle(leaning) == pytest.approx(math.degrees(math.atan(1 / 3)), abs=1e-3)


def test_opposite_sounds_have_no_mean_direction() -> None:
    assert mean_direction(at(0, 180), np.array([1.0, 1.0])) is None


def test_nothing_has_no_mean_direction() -> None:
    assert mean_direction(np.empty((0, 2), np.float32), np.empty(0)) is None


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 71), st.sampled_from([0.5, 1.0, 2.0])), max_size=12, unique_by=lambda one: one[0]), max_size=8
    )
)
def test_nobodys_modes_depend_on_who_the_others_are(listened: list[list[tuple[int, float]]]) -> None:
    circle = at(*range(0, 360, 5))
    ranked = [sorted(told, key=lambda one: (-one[1], f"t{one[0]:02}")) for told in listened]
    told = [
        Listened([f"t{place:02}" for place, _ in mine], np.array([p for p, _ in mine], np.intp), np.array([w for _, w in mine]))
        for mine in ranked
    ]

    together = modes_of_many(circle, told, same_taste=HALF_ALIKE)

    alone = [modes(circle[one.places], one.weights, one.track_ids, same_taste=HALF_ALIKE) for one in told]
    assert [list(map(written, found)) for found in together] == [list(map(written, found)) for found in alone]


def written(mode: Mode) -> tuple[bytes, float, tuple[str, ...]]:
    return mode.vector.tobytes(), mode.weight, mode.exemplars


def test_opposite_sounds_in_one_mode_are_no_mode() -> None:
    assert modes(at(0, 180), np.ones(2), ("a", "b"), same_taste=HALF_ALIKE, most=1) == ()


def test_tracks_that_say_as_much_are_told_by_their_ids() -> None:
    (mode,) = modes(at(30, 30, 30), np.ones(3), ("c", "a", "b"), same_taste=HALF_ALIKE)

    assert mode.exemplars == ("a", "b", "c")
