"""A private training: what it asks noise for, what the noise does to it, and that its factors serve like any others."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from embeddings.collaborative import Content, Factors
from embeddings.collaborative.budget import Budget, spent
from embeddings.collaborative.private import PrivateRecipe, fit_private
from embeddings.errors import EmbeddingError

USERS, TRACKS = 400, 40
ROCK, JAZZ = range(20), range(20, 40)
BUDGET = Budget(4.0, 1e-4)
WORDS = Content([{"rock" if track in ROCK else "jazz": 1.0, f"band {track // 2}": 1.0} for track in range(TRACKS)])


def listening() -> csr_matrix:
    """Return plays: even users play ten rock tracks, odd ones ten jazz tracks, everybody starting elsewhere."""
    plays = np.zeros((USERS, TRACKS))
    for user in range(USERS):
        for step in range(10):
            plays[user, 20 * (user % 2) + (user // 2 + step) % 20] = 1.0
    return csr_matrix(plays)


class Drawn:
    """Standard normal numbers from a seed, and the shapes that were asked for."""

    def __init__(self, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        self.shapes.append(shape)
        return self._rng.standard_normal(shape)


def silent(shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.zeros(shape)


def ranks_own_kind_first(factors: Factors) -> bool:
    fan = factors.fold_in([0, 1, 2], np.ones(3))
    scores = factors.track_vectors @ fan
    return bool(scores[3:20].mean() > scores[20:].mean())


def test_listeners_of_rock_are_folded_in_beside_rock_though_no_word_was_said() -> None:
    fitted = fit_private(listening(), PrivateRecipe(), budget=BUDGET, normal=Drawn())

    assert ranks_own_kind_first(fitted.factors)


def test_with_words_too() -> None:
    fitted = fit_private(listening(), PrivateRecipe(), budget=BUDGET, content=WORDS, normal=Drawn())

    assert ranks_own_kind_first(fitted.factors)
    assert fitted.factors.vocabulary is not None


def test_the_factors_are_kept_and_read_like_any_others() -> None:
    factors = fit_private(listening(), PrivateRecipe(), budget=BUDGET, content=WORDS, normal=Drawn()).factors

    again = Factors.from_arrays(factors.to_arrays())

    assert again.fold_in([0, 1], [1.0, 1.0]) == pytest.approx(factors.fold_in([0, 1], [1.0, 1.0]))


def test_every_track_has_a_vector_so_that_none_tells_whether_it_was_played() -> None:
    plays = listening().toarray()
    plays[:, 7] = 0.0

    fitted = fit_private(csr_matrix(plays), PrivateRecipe(), budget=BUDGET, content=WORDS, normal=Drawn())

    assert fitted.factors.track_vectors.any(axis=1).all()
    assert (fitted.renown > 0).all()


def test_noise_is_drawn_for_every_track_and_then_in_every_round_for_the_gram_matrix_and_the_known_tracks() -> None:
    drawn = Drawn()

    factors = fit_private(listening(), PrivateRecipe(rounds=2), budget=BUDGET, content=WORDS, normal=drawn).factors

    width = factors.folding.width
    assert drawn.shapes == [(TRACKS,), (width, width), (TRACKS, width), (width, width), (TRACKS, width)]


def test_the_guarantee_is_what_its_releases_come_to() -> None:
    told = fit_private(listening(), PrivateRecipe(rounds=3), budget=BUDGET, normal=Drawn()).guarantee

    multipliers = [value for name, value in told.items() if name.startswith("noise_of_")]
    assert len(multipliers) == 7
    assert spent(multipliers, delta=told["delta"]) == pytest.approx(told["epsilon"])
    assert (told["epsilon"], told["delta"], told["user_norm"], told["voice_norm"]) == (4.0, 1e-4, 1.0, 1.0)


def test_the_noise_on_the_renown_is_as_large_as_the_guarantee_says() -> None:
    exact = fit_private(listening(), PrivateRecipe(), budget=BUDGET, normal=silent)

    noisy = fit_private(listening(), PrivateRecipe(), budget=BUDGET, normal=np.ones)

    # Every track is known, so what is told is believed as it is; a draw of one adds one deviation.
    assert noisy.renown - exact.renown == pytest.approx(np.full(TRACKS, exact.guarantee["noise_of_renown"]))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, USERS - 1))
def test_without_noise_any_user_more_or_less_moves_the_renown_by_length_one_at_most(seed: int, gone: int) -> None:
    plays = np.random.default_rng(seed).poisson(0.5, (USERS, TRACKS)).astype(np.float64)
    plays[gone] *= 1e4

    told = [
        fit_private(csr_matrix(rows), PrivateRecipe(rounds=0), budget=Budget(50.0, 0.1), normal=silent).renown
        for rows in (plays, np.delete(plays, gone, axis=0))
    ]

    assert np.linalg.norm(told[0] - told[1]) <= 1.0 + 1e-6


def test_the_same_noise_gives_the_same_factors_and_other_noise_others() -> None:
    vectors = [fit_private(listening(), PrivateRecipe(), budget=BUDGET, normal=Drawn(seed)).factors.track_vectors for seed in (1, 1, 2)]

    assert (vectors[0] == vectors[1]).all()
    assert not (vectors[0] == vectors[2]).all()


def test_left_alone_the_noise_is_the_systems_and_never_the_same_twice() -> None:
    renown = [fit_private(listening(), PrivateRecipe(), budget=BUDGET).renown for _ in range(2)]

    assert not (renown[0] == renown[1]).any()


def test_where_no_track_stands_clear_of_the_noise_the_words_alone_serve() -> None:
    fitted = fit_private(listening()[:4], PrivateRecipe(), budget=Budget(0.1, 1e-4), content=WORDS, normal=Drawn())

    assert ranks_own_kind_first(fitted.factors)


def test_nothing_to_learn_from_is_said() -> None:
    with pytest.raises(EmbeddingError, match="2 users and 3 tracks"):
        fit_private(csr_matrix((2, 3)), PrivateRecipe(), budget=BUDGET)


def test_the_guarantee_is_plain_numbers() -> None:
    told = fit_private(listening(), PrivateRecipe(), budget=BUDGET, normal=Drawn()).guarantee

    assert json.loads(json.dumps(dict(told))) == told
