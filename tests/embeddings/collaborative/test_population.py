"""With few tracks a user is taken for one of the trained listeners; with many, for what the tracks say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from embeddings.collaborative import LeastSquares, Recipe, fit
from embeddings.collaborative.folding import folding_from_arrays
from embeddings.collaborative.population import Population, population_of
from embeddings.errors import EmbeddingError

EAST, NORTH = np.array([1.0, 0.0]), np.array([0.0, 1.0])
# Listeners differ much along the first axis and little along the second.
LISTENERS = np.array([4 * EAST, -4 * EAST, 0.2 * NORTH, -0.2 * NORTH], np.float32)
BETWEEN = np.array([[1.0, 1.0]], np.float32)


def folding(population: Population | None) -> LeastSquares:
    return LeastSquares(0.5 * np.eye(2), 0.1, 0.0, 0.0, population)


def ones(count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.ones(count)


def test_one_track_places_a_stranger_along_what_listeners_differ_in() -> None:
    as_trained = folding(None).fold(BETWEEN, ones(1))
    as_one_of_them = folding(population_of(LISTENERS)).fold(BETWEEN, ones(1))

    assert as_trained[0] == pytest.approx(as_trained[1])
    assert as_one_of_them[0] > 1.2 * as_one_of_them[1] > 0.0


def test_a_long_history_is_folded_in_as_in_training() -> None:
    history = np.repeat(BETWEEN, 200, axis=0)

    np.testing.assert_allclose(
        folding(population_of(LISTENERS)).fold(history, ones(200)), folding(None).fold(history, ones(200)), atol=1e-5
    )


def test_one_track_played_often_is_still_one_track() -> None:
    population = population_of(LISTENERS)

    assert population.share(np.array([50.0])) == population.share(np.array([1.0])) > 0.99
    assert population.share(ones(50)) < 0.01


@given(st.lists(st.floats(0.01, 10.0), min_size=1, max_size=40))
def test_every_further_track_takes_from_the_word_of_the_population(confidences: list[float]) -> None:
    population = population_of(LISTENERS)

    shares = [population.share(np.array(confidences[:count])) for count in range(len(confidences) + 1)]

    assert shares[0] == 1.0
    assert shares == sorted(shares, reverse=True)


def test_of_two_picks_the_one_that_fewer_would_have_named_says_more() -> None:
    common, rare = EAST, NORTH

    told = population_of(LISTENERS).told(np.stack([common, rare]), ones(2), 1.0)

    assert told[1] > told[0]
    assert told.sum() == pytest.approx(2.0)


def test_tracks_without_a_vector_say_nothing_and_harm_nothing() -> None:
    vector = folding(population_of(LISTENERS)).fold(np.zeros((2, 2), np.float32), ones(2))

    np.testing.assert_array_equal(vector, 0.0)


def test_a_population_in_another_unit_folds_in_alike() -> None:
    plain = folding(population_of(LISTENERS))
    tracks = np.array([[1.0, 1.0], [0.5, -2.0]], np.float32)

    np.testing.assert_allclose(plain.counting(5.0).fold(tracks, 5.0 * ones(2)), plain.fold(tracks, ones(2)), rtol=1e-5)
    np.testing.assert_allclose(3.0 * plain.scaled(3.0).fold(3.0 * tracks, ones(2)), plain.fold(tracks, ones(2)), rtol=1e-5)


@pytest.mark.parametrize("population", [None, population_of(LISTENERS)], ids=["of before", "with a population"])
def test_a_folding_comes_back_from_its_arrays(population: Population | None) -> None:
    kept = folding(population).counting(2.0)

    again = folding_from_arrays(kept.to_arrays())

    np.testing.assert_array_equal(again.fold(BETWEEN, ones(1)), kept.fold(BETWEEN, ones(1)))


def test_a_recipe_folds_few_tracks_in_by_its_listeners() -> None:
    users, tracks = np.indices((20, 20))
    model = fit(csr_matrix(((users + tracks) % 2 == 0).astype(np.float32)), Recipe(dim=6, floor=0))

    scores = model.track_vectors @ model.fold_in([4], [1.0])

    assert scores[::2].min() > scores[1::2].max()
    assert isinstance(model.folding, LeastSquares)
    assert model.folding.population is not None


def test_nobody_is_no_population() -> None:
    with pytest.raises(EmbeddingError, match="None of 3 users"):
        population_of(np.zeros((3, 2), np.float32))
