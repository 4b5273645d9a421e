"""No user can move what a private training tells by more than length 1, whatever they or anybody else played."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from embeddings.collaborative.clipping import FULL_VOICE, gram_of, loudness, sums_of, unit_rows, voices
from embeddings.collaborative.noise import symmetric

USERS, TRACKS, WIDTH = 5, 7, 3
ROUNDING = 1e-9

plays = hnp.arrays(np.float64, (USERS, TRACKS), elements=st.one_of(st.just(0.0), st.floats(0.0, 1e6)))
vectors = hnp.arrays(np.float64, (USERS, WIDTH), elements=st.floats(-1e6, 1e6))
known = hnp.arrays(np.bool_, TRACKS)
one = st.integers(0, USERS - 1)


def told(played: NDArray[np.float64], users: NDArray[np.float64], heard: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
    """Return all that a training tells of these users, before the noise."""
    rows, units = csr_matrix(played), unit_rows(users)
    tracks = np.flatnonzero(heard)
    return loudness(voices(rows)), gram_of(units), sums_of(voices(rows, heard), units, tracks)


@given(plays, vectors, known, one)
def test_with_or_without_any_one_user_each_release_differs_by_length_one_at_most(
    played: NDArray[np.float64], users: NDArray[np.float64], heard: NDArray[np.bool_], gone: int
) -> None:
    without = np.delete(played, gone, axis=0), np.delete(users, gone, axis=0)

    moved = [np.linalg.norm(a - b) for a, b in zip(told(played, users, heard), told(*without, heard), strict=True)]

    assert max(moved) <= 1.0 + ROUNDING


@given(plays, known, one)
def test_what_a_user_says_depends_on_nobody_else(played: NDArray[np.float64], heard: NDArray[np.bool_], user: int) -> None:
    alone = voices(csr_matrix(played[[user]]), heard).toarray()

    among = voices(csr_matrix(played), heard).toarray()[[user]]

    assert among == pytest.approx(alone)


def test_somebody_with_a_thousand_plays_has_no_more_voice_than_one_with_nine() -> None:
    rows = csr_matrix([np.ones(1000), np.r_[np.ones(9), np.zeros(991)]])

    lengths = np.linalg.norm(voices(rows).toarray(), axis=1)

    assert lengths == pytest.approx([1.0, 1.0])


def test_a_single_play_has_a_smaller_voice() -> None:
    voice = voices(csr_matrix([[1.0, 0.0]])).toarray()

    assert voice.tolist() == [[1.0 / FULL_VOICE, 0.0]]


def test_a_voice_is_spent_on_the_known_tracks_alone() -> None:
    rows = csr_matrix([[2.0, 8.0, 0.0]])

    assert voices(rows, np.array([True, False, True])).toarray() == pytest.approx(np.array([[2.0 / FULL_VOICE, 0.0, 0.0]]))


def test_symmetric_noise_has_one_unit_of_variance_for_each_number_that_a_symmetric_matrix_can_be_told_by() -> None:
    size = 200
    noise = symmetric(np.random.default_rng(0).standard_normal, size)

    beside = noise[np.triu_indices(size, 1)]

    assert (noise == noise.T).all()
    assert np.var(np.diag(noise)) == pytest.approx(1.0, abs=0.3)
    assert np.var(beside * np.sqrt(2.0)) == pytest.approx(1.0, abs=0.03)
