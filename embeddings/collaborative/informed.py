"""Factors that expect of a track what its description says: the well played keep to their listening, the others lean on the words.

Plain least squares draws every track towards zero, so that the seldom played say little and the new nothing. Here each is drawn
towards what a linear map from the description predicts (the regression prior of Agarwal and Chen, "Regression-based latent factor
models", KDD 2009), and map and factors are fitted in turn.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.factors import Factors
from embeddings.collaborative.ials import folding_of
from embeddings.collaborative.interactions import checked
from embeddings.collaborative.least_squares import Penalty, solve_side
from embeddings.collaborative.ridge import ridge

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def inform(factors: Factors, interactions: "csr_matrix", features: NDArray[np.float32], penalty: Penalty, *, rounds: int = 2) -> Factors:
    """Return the factors after some rounds of fitting the map and then, by it, tracks and users.

    Parameters
    ----------
    factors
        As ``train_ials`` made them from the same interactions under the same penalty.
    features
        Shape (n_tracks, f); a row of zeros is a track of which nothing is known, which is drawn towards zero as before.
    """
    by_user = checked(interactions)
    by_track = by_user.T.tocsr()
    plays = np.diff(by_track.indptr)
    tracks = factors.track_vectors
    for _ in range(rounds):
        users = solve_side(tracks, by_user, penalty)
        tracks = solve_side(users, by_track, penalty, prior=_expected(tracks, features, plays))
    return Factors(tracks, folding_of(tracks, penalty))


def _expected(tracks: NDArray[np.float32], features: NDArray[np.float32], plays: NDArray[np.integer]) -> NDArray[np.float32]:
    """Return what the features say of each track, in a ridge regression to those that are both described and played."""
    described = np.asarray(features.any(axis=1), np.bool_)
    known = np.flatnonzero(described & (plays > 0))
    if not len(known):
        return np.zeros_like(tracks)
    trust = np.sqrt(plays[known])
    inputs, outputs = features.astype(np.float64), tracks[known].astype(np.float64)
    centre, mean = (np.average(rows, axis=0, weights=trust) for rows in (inputs[known], outputs))
    said = (inputs - centre) @ ridge(inputs[known] - centre, outputs - mean, trust) + mean
    return np.asarray(np.where(described[:, None], said, 0.0), np.float32)
