"""The leading singular directions of a sparse matrix, the same ones every time."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Directions carried along beside those asked for, and rounds: at these the leading 128 of a listening log have settled.
_SPARE: Final = 32
_ROUNDS: Final = 12
# A squared singular value below this share of the largest is rounding.
_NOTHING: Final = 1e-12


def leading(matrix: "csr_matrix", count: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the largest singular values, falling, and their right vectors, shape (n_tracks, count), with fixed signs.

    Randomised subspace iteration (Halko, Martinsson, Tropp, SIAM Review 2011, section 4.5): unlike a Lanczos solver it gives the
    same answer twice where singular values coincide. It is kept orthogonal on the shorter side, where that is cheap.
    """
    wide = matrix.shape[1] > matrix.shape[0]
    there, back = (matrix.T.tocsr(), matrix) if wide else (matrix, matrix.T.tocsr())
    near = np.random.default_rng(seed).normal(size=(there.shape[1], min(count + _SPARE, *matrix.shape)))
    for _ in range(_ROUNDS):
        near = np.linalg.qr(back @ (there @ near))[0]
    far = there @ near
    squares, basis = np.linalg.eigh(far.T @ far)
    kept = np.flatnonzero(squares > squares[-1] * _NOTHING)[::-1][:count]
    values = np.sqrt(squares[kept])
    directions = far @ basis[:, kept] / values if wide else near @ basis[:, kept]
    signs = np.sign(directions[np.argmax(np.abs(directions), axis=0), np.arange(len(kept))])
    return values, directions * signs
