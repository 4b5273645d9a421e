"""Folding by least squares: however few or many tracks there are, it is the minimiser."""

import numpy as np
import pytest

from embeddings.collaborative.folding import LeastSquares

WIDTH = 24


@pytest.mark.parametrize("tracks", [1, 5, 12, 13, 24, 60])
@pytest.mark.parametrize("known", [WIDTH, 3], ids=["a gram of full rank", "a gram that leaves directions open"])
def test_the_vector_solves_the_normal_equations_with_few_tracks_and_with_many(tracks: int, known: int) -> None:
    rng = np.random.default_rng(tracks)
    others = rng.normal(size=(100, known)) @ rng.normal(size=(known, WIDTH))
    played = rng.normal(size=(tracks, WIDTH)).astype(np.float32)
    confidences = rng.uniform(0.01, 4.0, tracks)
    folding = LeastSquares(0.01 * others.T @ others, regularisation=0.1, exponent=1.0, background=2.0)

    user = folding.fold(played, confidences)

    wide = played.astype(np.float64)
    normal = folding.gram + (wide.T * confidences) @ wide + 0.1 * (tracks + 2.0) * np.eye(WIDTH)
    assert np.allclose(user, np.linalg.solve(normal, wide.T @ confidences), rtol=0, atol=1e-6)


def test_without_a_penalty_a_gram_of_full_rank_alone_holds_the_vector() -> None:
    folding = LeastSquares(np.eye(2), regularisation=0.0, exponent=1.0, background=0.0)

    user = folding.fold(np.array([[1.0, 0.0]], np.float32), np.array([3.0]))

    assert user.tolist() == [0.75, 0.0]


def test_a_folding_in_another_unit_uses_a_gram_of_its_own() -> None:
    folding = LeastSquares(np.eye(2), regularisation=1.0, exponent=0.0, background=0.0)
    track, confidence = np.array([[1.0, 0.0]], np.float32), np.array([2.0])
    once = folding.fold(track, confidence)

    doubled = folding.scaled(2.0).fold(2 * track, confidence)

    assert once.tolist() == [0.5, 0.0]
    assert doubled.tolist() == [0.25, 0.0]
