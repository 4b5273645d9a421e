"""Both models find the withheld diagonal of a checkerboard, fold users in and survive storage."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from embeddings.collaborative import Factors, train_blend, train_ials, train_spectral
from embeddings.collaborative.least_squares import Penalty, solve_side
from embeddings.errors import ArtefactInvalid, EmbeddingError

Trainer = Callable[[csr_matrix], Factors]


def ials(interactions: csr_matrix) -> Factors:
    return train_ials(interactions, dim=3, iterations=20, regularisation=0.001, unobserved=0.1)


def spectral(interactions: csr_matrix) -> Factors:
    return train_spectral(interactions, dim=4)


def blend(interactions: csr_matrix) -> Factors:
    return train_blend(interactions, ials={"dim": 3, "regularisation": 0.001, "unobserved": 0.1}, spectral={"dim": 4})


every_model = pytest.mark.parametrize("train", [ials, spectral, blend], ids=["ials", "spectral", "blend"])


def checkerboard(size: int) -> NDArray[np.float32]:
    """Even users like even tracks, odd users odd ones; nobody was asked about the track of their own number."""
    users, tracks = np.indices((size, size))
    likes = (users + tracks) % 2 == 0
    np.fill_diagonal(likes, val=False)
    return likes.astype(np.float32)


def listening(*, seed: int, n_users: int, n_tracks: int) -> NDArray[np.float32]:
    """Some tracks for each user, at least one, with confidences of 1 to 4."""
    rng = np.random.default_rng(seed)
    heard = rng.random((n_users, n_tracks)) < 0.3
    heard[np.arange(n_users), rng.integers(n_tracks, size=n_users)] = True
    return np.where(heard, rng.integers(1, 5, heard.shape), 0).astype(np.float32)


def user_of(model: Factors, row: NDArray[np.float32]) -> NDArray[np.float32]:
    tracks = np.flatnonzero(row)
    return model.fold_in(tracks, row[tracks])


@every_model
def test_the_withheld_diagonal_of_a_checkerboard_is_what_each_user_is_offered_first(train: Trainer) -> None:
    likes = checkerboard(20)

    model = train(csr_matrix(likes))

    for user, row in enumerate(likes):
        scores = np.where(row > 0, -np.inf, model.track_vectors @ user_of(model, row))
        assert int(np.argmax(scores)) == user


@every_model
def test_training_twice_with_one_seed_gives_the_same_factors(train: Trainer) -> None:
    likes = csr_matrix(listening(seed=1, n_users=15, n_tracks=12))

    first, second = train(likes), train(likes)

    np.testing.assert_array_equal(first.track_vectors, second.track_vectors)


@every_model
def test_training_leaves_the_interactions_as_they_were(train: Trainer) -> None:
    likes = csr_matrix(listening(seed=2, n_users=15, n_tracks=12))
    before = likes.toarray().copy()

    train(likes)

    np.testing.assert_array_equal(likes.toarray(), before)


@every_model
def test_a_track_that_nobody_played_has_a_zero_vector(train: Trainer) -> None:
    heard = listening(seed=3, n_users=15, n_tracks=12)
    heard[:, 5] = 0.0

    model = train(csr_matrix(heard))

    np.testing.assert_allclose(model.track_vectors[5], 0.0, atol=1e-6)


@every_model
def test_a_user_without_plays_has_a_zero_vector(train: Trainer) -> None:
    model = train(csr_matrix(checkerboard(6)))

    user = model.fold_in([], [])

    np.testing.assert_array_equal(user, np.zeros(model.folding.width, np.float32))


@every_model
def test_factors_come_back_whole_from_an_npz_file_without_pickle(train: Trainer) -> None:
    heard = listening(seed=4, n_users=15, n_tracks=12)
    model, file = train(csr_matrix(heard)), io.BytesIO()

    np.savez(file, **model.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        again = Factors.from_arrays(dict(stored))

    np.testing.assert_array_equal(again.track_vectors, model.track_vectors)
    np.testing.assert_array_equal(user_of(again, heard[0]), user_of(model, heard[0]))


@every_model
@pytest.mark.parametrize(("n_users", "n_tracks"), [(1, 1), (1, 7), (7, 1), (2, 2), (40, 60)])
def test_a_catalogue_smaller_than_the_dimension_is_trained_with_what_it_can_carry(n_users: int, n_tracks: int, train: Trainer) -> None:
    heard = listening(seed=5, n_users=n_users, n_tracks=n_tracks)

    model = train(csr_matrix(heard))

    assert np.isfinite(model.track_vectors).all()
    assert np.isfinite(user_of(model, heard[0])).all()


@pytest.mark.parametrize("train", [train_ials, train_spectral, train_blend], ids=["ials", "spectral", "blend"])
def test_the_defaults_train_on_sixty_tracks_and_forty_users_of_two_styles(train: Trainer) -> None:
    users, tracks = np.indices((40, 60))
    heard = ((users % 2) == (tracks % 2)) & (((users * 7 + tracks * 11) % 5) < 2)

    model = train(csr_matrix(heard.astype(np.float32)))

    scores = model.track_vectors @ user_of(model, heard[0].astype(np.float32))
    assert set(np.argsort(-np.where(heard[0], -np.inf, scores))[:10] % 2) == {0}


@every_model
def test_no_interactions_are_refused(train: Trainer) -> None:
    nothing = csr_matrix((4, 5), dtype=np.float32)

    with pytest.raises(EmbeddingError, match="4 users and 5 tracks"):
        train(nothing)


@every_model
@pytest.mark.parametrize("confidence", [-1.0, np.nan, np.inf])
def test_a_confidence_that_is_not_a_positive_number_is_refused(confidence: float, train: Trainer) -> None:
    odd = csr_matrix(np.array([[1.0, confidence], [1.0, 1.0]]))

    with pytest.raises(EmbeddingError, match="confidence"):
        train(odd)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), n_users=st.integers(1, 30), n_tracks=st.integers(1, 30), dim=st.integers(1, 12))
def test_each_half_step_solves_the_normal_equations_however_many_plays_a_row_has(seed: int, n_users: int, n_tracks: int, dim: int) -> None:
    heard = listening(seed=seed, n_users=n_users, n_tracks=n_tracks)
    tracks = np.random.default_rng(seed).normal(size=(n_tracks, dim)).astype(np.float32)

    users = solve_side(tracks, csr_matrix(heard), Penalty(0.1, 0.3, 0.5))

    for user, row in zip(users, heard, strict=True):
        held = 0.1 * ((row > 0).sum() + 0.3 * n_tracks) ** 0.5 * np.eye(dim)
        normal = 0.3 * tracks.T @ tracks + (tracks.T * row) @ tracks + held
        np.testing.assert_allclose(normal @ user, tracks.T @ row, rtol=1e-3, atol=1e-3)


def test_folding_in_gives_the_vector_that_training_gives_that_user() -> None:
    heard = listening(seed=7, n_users=30, n_tracks=25)
    model = train_ials(csr_matrix(heard), dim=6, regularisation=0.02, unobserved=0.2, exponent=0.7)

    trained = solve_side(model.track_vectors, csr_matrix(heard), Penalty(0.02, 0.2, 0.7))

    np.testing.assert_allclose(np.stack([user_of(model, row) for row in heard]), trained, atol=1e-4)


@settings(deadline=None, max_examples=25)
@given(cut=st.integers(0, 12))
def test_a_spectral_taste_kept_up_to_date_by_adding_is_the_one_made_at_once(cut: int) -> None:
    heard = listening(seed=8, n_users=20, n_tracks=25)
    model = spectral(csr_matrix(heard))
    tracks = np.arange(12)

    bit_by_bit = model.fold_in(tracks[:cut], np.ones(cut)) + model.fold_in(tracks[cut:], np.ones(12 - cut))

    np.testing.assert_allclose(bit_by_bit, model.fold_in(tracks, np.ones(12)), rtol=1e-4, atol=1e-5)


def test_a_blend_scores_with_the_weighted_sum_of_both_models_z_scores() -> None:
    heard = listening(seed=9, n_users=30, n_tracks=25)
    both = train_blend(csr_matrix(heard), ials={"dim": 5}, spectral={"dim": 6}, spectral_share=0.5)
    alone = train_ials(csr_matrix(heard), dim=5), train_spectral(csr_matrix(heard), dim=6)

    blended = both.track_vectors @ user_of(both, heard[3])

    first, second = (model.track_vectors @ user_of(model, heard[3]) for model in alone)
    expected = (first - first.mean()) / first.std() + 0.5 * (second - second.mean()) / second.std()
    np.testing.assert_allclose(blended - blended.mean(), expected, atol=1e-3)


@every_model
def test_another_unit_of_the_vectors_changes_no_ranking(train: Trainer) -> None:
    heard = listening(seed=10, n_users=15, n_tracks=12)
    model = train(csr_matrix(heard))

    tenfold = Factors(model.track_vectors * 10.0, model.folding.scaled(10.0))

    before, after = (each.track_vectors @ user_of(each, heard[0]) for each in (model, tenfold))
    np.testing.assert_allclose(after / np.linalg.norm(after), before / np.linalg.norm(before), atol=1e-4)


def test_two_styles_in_a_large_catalogue_are_told_apart_by_the_spectral_model() -> None:
    users, tracks = np.indices((400, 350))
    heard = (users % 2 == tracks % 2) & ((users + 3 * tracks) % 5 == 0)

    model = train_spectral(csr_matrix(heard.astype(np.float32)), dim=40)

    again = train_spectral(csr_matrix(heard.astype(np.float32)), dim=40)
    scores = model.track_vectors @ user_of(model, heard[0].astype(np.float32))
    assert set(np.argsort(-scores)[:30] % 2) == {0}
    np.testing.assert_array_equal(again.track_vectors, model.track_vectors)


def test_a_vector_padded_to_the_slot_folds_in_as_it_did() -> None:
    from embeddings.collaborative import to_slot

    model = spectral(csr_matrix(checkerboard(8)))

    padded = to_slot(model.track_vectors)

    np.testing.assert_array_equal(model.folding.fold(padded[:3], np.ones(3)), model.fold_in([0, 1, 2], [1, 1, 1]))


def test_vectors_wider_than_the_slot_are_refused() -> None:
    from embeddings.collaborative import to_slot

    wide = np.zeros((2, 4096), np.float32)

    with pytest.raises(ArtefactInvalid, match="4096"):
        to_slot(wide)


def test_stored_arrays_that_do_not_belong_together_are_refused() -> None:
    arrays = spectral(csr_matrix(checkerboard(8))).to_arrays()

    with pytest.raises(ArtefactInvalid, match="width"):
        Factors.from_arrays(arrays | {"track_vectors": np.zeros((8, 2), np.float32)})
    with pytest.raises(ArtefactInvalid, match="not finite"):
        Factors.from_arrays(arrays | {"track_vectors": np.full_like(arrays["track_vectors"], np.nan)})
    with pytest.raises(ArtefactInvalid, match="track_vectors"):
        Factors.from_arrays({name: array for name, array in arrays.items() if name != "track_vectors"})
    with pytest.raises(ArtefactInvalid, match="width"):
        Factors.from_arrays({name: array for name, array in arrays.items() if name != "folding.width"})
    with pytest.raises(ArtefactInvalid, match="'abacus'"):
        Factors.from_arrays(arrays | {"folding.kind": np.array("abacus")})
