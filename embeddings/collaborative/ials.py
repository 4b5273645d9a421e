"""iALS: factors that score 1 what was played and 0 all else, by alternating least squares (Rendle et al. 2021)."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.factors import Factors
from embeddings.collaborative.folding import LeastSquares
from embeddings.collaborative.interactions import checked, clamped_dim
from embeddings.collaborative.least_squares import Penalty, solve_side

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Standard deviation of the scores that random first factors give: near zero, so that what is learned outgrows it at once.
_FIRST_SPREAD: Final = 0.1


def train_ials(
    interactions: "csr_matrix",
    *,
    dim: int = 128,
    iterations: int = 8,
    regularisation: float = 0.01,
    unobserved: float = 0.06,
    exponent: float = 1.0,
    floor: int = 0,
    seed: int = 0,
) -> Factors:
    """Train implicit-feedback factors by exact alternating least squares.

    Parameters
    ----------
    interactions
        Users by tracks, positive confidences.
    dim
        Number of factors; at most as many as there are users or tracks are used.
    regularisation, exponent
        Lambda and nu of Rendle, Krichene, Zhang, Koren, "Revisiting the Performance of iALS on Item Recommendation Benchmarks"
        (RecSys 2022, arXiv:2110.14037): a row with n plays is held back by lambda (n + unobserved * others) ** nu.
    unobserved
        Weight of the zeros beside the confidences of what was played (alpha 0).
    floor
        Users and tracks are counted as at least so many in the penalty: a small catalogue is held back as one of that size.

    Raises
    ------
    EmbeddingError
        If there are no interactions, or a confidence is not positive and finite.
    """
    by_user = checked(interactions)
    by_track = by_user.T.tocsr()
    width = clamped_dim(dim, by_user)
    held_back = Penalty(regularisation, unobserved, exponent, floor)
    rng = np.random.default_rng(seed)
    tracks = rng.normal(0.0, _FIRST_SPREAD / np.sqrt(width), (by_user.shape[1], width)).astype(np.float32)
    for _ in range(iterations):
        users = solve_side(tracks, by_user, held_back)
        tracks = solve_side(users, by_track, held_back)
    return Factors(tracks, folding_of(tracks, held_back))


def folding_of(tracks: NDArray[np.float32], penalty: Penalty) -> LeastSquares:
    """Return how users are folded in among these tracks, as training under this penalty would."""
    wide = tracks.astype(np.float64)
    return LeastSquares(penalty.unobserved * (wide.T @ wide), penalty.regularisation, penalty.exponent, penalty.background(len(tracks)))
