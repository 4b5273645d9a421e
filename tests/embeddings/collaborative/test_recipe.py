"""A recipe finds the withheld diagonal of a checkerboard, whatever is said of the tracks and in whatever unit one is sure of it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from embeddings.collaborative import Content, Factors, LeastSquares, Recipe, fit, fit_cold, ranked
from embeddings.collaborative.least_squares import Penalty, solve_side

SMALL = Recipe(dim=6, iterations=20, regularisation=0.001, unobserved=0.1, floor=0, word_dim=4)
KINDS = Content([{"even": 1.0} if track % 2 == 0 else {"odd": 1.0} for track in range(20)])
every_content = pytest.mark.parametrize("content", [None, Content([{}] * 20), KINDS], ids=["listening alone", "nothing said", "kinds"])


def checkerboard(size: int) -> NDArray[np.float32]:
    """Even users like even tracks, odd users odd ones; nobody was asked about the track of their own number."""
    users, tracks = np.indices((size, size))
    likes = (users + tracks) % 2 == 0
    np.fill_diagonal(likes, val=False)
    return likes.astype(np.float32)


def scores(model: Factors, row: NDArray[np.float32]) -> NDArray[np.float32]:
    tracks = np.flatnonzero(row)
    return np.asarray(model.track_vectors @ model.fold_in(tracks, row[tracks]))


@every_content
def test_the_withheld_diagonal_is_what_each_user_is_offered_first(content: Content | None) -> None:
    likes = checkerboard(20)

    model = fit(csr_matrix(likes), SMALL, content=content)

    for user, row in enumerate(likes):
        assert int(np.argmax(np.where(row > 0, -np.inf, scores(model, row)))) == user


@every_content
def test_a_track_that_nobody_played_has_a_zero_vector_whatever_is_said_of_it(content: Content | None) -> None:
    likes = checkerboard(20)
    likes[:, 4] = 0.0

    model = fit(csr_matrix(likes), SMALL, content=content)

    np.testing.assert_array_equal(model.track_vectors[4], 0.0)


@every_content
def test_training_twice_gives_the_same_factors(content: Content | None) -> None:
    likes = csr_matrix(checkerboard(20))

    first, second = fit(likes, SMALL, content=content), fit(likes, SMALL, content=content)

    np.testing.assert_array_equal(first.track_vectors, second.track_vectors)


def test_the_unit_of_the_confidences_changes_nothing() -> None:
    likes = checkerboard(20) * np.random.default_rng(0).integers(1, 5, (20, 20)).astype(np.float32)

    ones, tens = (fit(csr_matrix(likes * unit), SMALL, content=KINDS) for unit in (1.0, 10.0))

    np.testing.assert_allclose(scores(tens, likes[3] * 10.0), scores(ones, likes[3]), atol=1e-4)


def test_a_seldom_played_track_leans_on_what_is_said_of_it() -> None:
    likes = checkerboard(20)
    likes[1:, 8] = 0.0
    likes[0, 8] = 1.0

    alone, told = (fit(csr_matrix(likes), SMALL, content=content) for content in (None, KINDS))

    other_even_user = likes[2]
    assert scores(told, other_even_user)[8] > scores(alone, other_even_user)[8]


def test_a_track_that_nobody_played_is_predicted_from_its_words_among_its_kind() -> None:
    likes = checkerboard(20)
    likes[:, 4] = 0.0
    model = fit(csr_matrix(likes), SMALL, content=KINDS)
    assert model.vocabulary is not None
    features = model.vocabulary.features(KINDS)

    predicted = fit_cold(model, features, (likes > 0).sum(axis=0)).predict(features[4:5])[0]

    even, odd = (model.fold_in(np.flatnonzero(likes[user]), np.ones(int(likes[user].sum()))) for user in (0, 1))
    assert predicted @ even > 0.5
    assert abs(predicted @ odd) < 0.2


def test_without_words_no_vocabulary_is_kept() -> None:
    likes = csr_matrix(checkerboard(20))

    assert fit(likes, SMALL).vocabulary is None
    assert fit(likes, Recipe(dim=6, rounds=0), content=KINDS).vocabulary is None


def test_a_small_catalogue_is_held_back_as_one_of_the_floors_size() -> None:
    likes = csr_matrix(checkerboard(20))

    folding = fit(likes, Recipe(dim=6, unobserved=0.1, floor=500)).folding

    assert isinstance(folding, LeastSquares)
    assert folding.background == pytest.approx(50.0)


def test_a_prior_is_what_a_row_is_drawn_to_instead_of_zero() -> None:
    rng = np.random.default_rng(1)
    others, prior = rng.normal(size=(30, 4)).astype(np.float32), rng.normal(size=(12, 4)).astype(np.float32)
    heard = (rng.random((12, 30)) < 0.3).astype(np.float32) * 2.0
    heard[:, 0] = 1.0
    penalty = Penalty(0.5, 0.2, 1.0)

    rows = solve_side(others, csr_matrix(heard), penalty, prior=prior)

    for row, plays, expected in zip(rows, heard, prior, strict=True):
        held = 0.5 * ((plays > 0).sum() + 0.2 * 30)
        normal = 0.2 * others.T @ others + (others.T * plays) @ others + held * np.eye(4)
        np.testing.assert_allclose(normal @ row, others.T @ plays + held * expected, rtol=1e-3, atol=1e-3)


def test_a_recipe_is_told_and_made_again_by_its_parameters() -> None:
    assert Recipe(**SMALL.to_parameters()) == SMALL  # type: ignore[arg-type]  # whole numbers stay whole


def test_words_in_order_of_importance_weigh_less_and_less_and_the_first_mention_counts() -> None:
    assert ranked(["rock", "pop", "rock", "live"]) == pytest.approx({"rock": 1.0, "pop": 2**-0.5, "live": 3**-0.5})
