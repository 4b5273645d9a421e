"""New tracks get the factors that their features and their artist foretell."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.collaborative import ColdMap, Factors, WeightedSum, fit_cold
from embeddings.collaborative.cold import NO_ARTIST
from embeddings.collaborative.ridge import ridge
from embeddings.errors import ArtefactInvalid, EmbeddingError


def factors(vectors: NDArray[np.floating]) -> Factors:
    return Factors(vectors.astype(np.float32), WeightedSum(vectors.shape[1]))


def test_a_linear_rule_between_features_and_vectors_is_found_again() -> None:
    features = np.random.default_rng(0).normal(size=(200, 3))
    rule = np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]])

    cold = fit_cold(factors(features @ rule), features, np.full(200, 5))

    np.testing.assert_allclose(cold.predict(np.eye(3)), rule, atol=1e-2)


def test_features_that_say_nothing_predict_the_mean_track() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(300, 2)) + np.array([3.0, -1.0])

    cold = fit_cold(factors(vectors), rng.normal(size=(300, 4)), np.ones(300))

    np.testing.assert_allclose(cold.predict(rng.normal(size=(5, 4))), np.tile([3.0, -1.0], (5, 1)), atol=0.4)


def test_a_new_track_of_a_known_artist_lands_near_the_artists_others() -> None:
    places = np.array([[4.0, 0.0], [0.0, 4.0], [-4.0, 0.0]])
    artists = np.repeat([0, 1, 2], 20)
    vectors = places[artists] + np.random.default_rng(2).normal(scale=0.1, size=(60, 2))
    blank = np.zeros((60, 1))

    cold = fit_cold(factors(vectors), blank, np.full(60, 9), artists=artists)

    np.testing.assert_allclose(cold.predict(blank[:3], [0, 1, 2]), places, atol=0.5)


@pytest.mark.parametrize("stranger", [NO_ARTIST, 3, 99])
def test_an_artist_who_was_not_there_counts_as_none(stranger: int) -> None:
    artists = np.repeat([0, 1, 2], 20)
    vectors = np.array([[4.0, 0.0], [0.0, 4.0], [-4.0, -4.0]])[artists]
    cold = fit_cold(factors(vectors), np.zeros((60, 1)), np.full(60, 9), artists=artists)

    predicted = cold.predict(np.zeros((1, 1)), [stranger])

    np.testing.assert_allclose(predicted, [[0.0, 0.0]], atol=0.2)


def test_tracks_without_plays_teach_nothing() -> None:
    features = np.linspace(-1, 1, 100)[:, None]
    vectors, plays = np.hstack([features, features]), np.full(100, 4)
    vectors[::2], plays[::2] = 1000.0, 0

    cold = fit_cold(factors(vectors), features, plays)

    np.testing.assert_allclose(cold.predict(np.array([[0.5]])), [[0.5, 0.5]], atol=0.02)


def test_well_played_tracks_count_more() -> None:
    features = np.zeros((2, 1))
    vectors = np.array([[0.0], [10.0]])

    cold = fit_cold(factors(vectors), features, [81, 1])

    assert cold.predict(features[:1])[0, 0] == pytest.approx(1.0)


def test_a_cold_map_comes_back_whole_from_an_npz_file() -> None:
    rng = np.random.default_rng(3)
    features, file = rng.normal(size=(30, 4)), io.BytesIO()
    cold = fit_cold(factors(rng.normal(size=(30, 2))), features, np.ones(30), artists=rng.integers(0, 5, 30))

    np.savez(file, **cold.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        again = ColdMap.from_arrays(dict(stored))

    np.testing.assert_array_equal(again.predict(features, np.arange(30) % 5), cold.predict(features, np.arange(30) % 5))


def test_what_cannot_be_fitted_predicted_or_read_is_refused() -> None:
    cold = fit_cold(factors(np.ones((3, 2))), np.ones((3, 4)), np.ones(3))

    with pytest.raises(EmbeddingError, match="None of 3 tracks"):
        fit_cold(factors(np.ones((3, 2))), np.ones((3, 4)), np.zeros(3))
    with pytest.raises(EmbeddingError, match="5 features where the map was fitted to 4"):
        cold.predict(np.ones((1, 5)))
    with pytest.raises(ArtefactInvalid, match="weights"):
        ColdMap.from_arrays({"centre": np.ones(2), "scale": np.ones(2)})


def test_the_penalty_grows_until_noise_is_left_alone() -> None:
    rng = np.random.default_rng(4)
    inputs, noise = rng.normal(size=(40, 30)), rng.normal(size=(40, 1))

    found = ridge(inputs, noise, np.ones(40))

    plain = np.linalg.lstsq(inputs, noise, rcond=None)[0]
    assert np.linalg.norm(found) < 0.3 * np.linalg.norm(plain)
