"""What one user can add to the sums that a private training tells: never more than length 1, whatever they played."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]

# A user with this much or more is brought to length 1; one with less keeps a smaller voice, so that a single play does not outweigh
# each of another's thirty.
FULL_VOICE: Final = 2.0


def voices(played: "csr_matrix", heard: NDArray[np.bool_] | None = None) -> "csr_matrix":
    """Return the confidences with every user's row brought to length 1 at most.

    Parameters
    ----------
    heard
        Shape (n_tracks,): the tracks on which users spend their voice, all of them without it. What is spent where noise drowns it is
        lost (Krichene et al., "Multi-Task Differential Privacy Under Distribution Skew", ICML 2023, weigh tasks adaptively).
    """
    from scipy.sparse import diags_array  # noqa: PLC0415 - only training needs scipy

    wide = played.astype(np.float64)
    if heard is not None:
        wide = (wide @ diags_array(heard.astype(np.float64))).tocsr()
        wide.eliminate_zeros()
    lengths = np.sqrt(np.asarray(wide.multiply(wide).sum(axis=1)).ravel())
    return (diags_array(1.0 / np.maximum(lengths, FULL_VOICE)) @ wide).tocsr()


def unit_rows(rows: NDArray[np.floating]) -> Floats:
    """Return the rows at length one, those without a direction as zeros."""
    wide = np.asarray(rows, np.float64)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.asarray(wide / np.where(lengths > 0.0, lengths, 1.0), np.float64)


def loudness(voiced: "csr_matrix") -> Floats:
    """Return the sum of all voices on each track, shape (n_tracks,); one user moves it by length 1 at most."""
    return np.asarray(voiced.sum(axis=0), np.float64).ravel()


def gram_of(users: Floats) -> Floats:
    """Return the sum of u u' over users of length 1 at most, shape (d, d); one user moves it by length 1 at most."""
    return users.T @ users


def sums_of(voiced: "csr_matrix", users: Floats, tracks: NDArray[np.intp]) -> Floats:
    """Return the sum of each track's users, each times their voice on it, shape (len(tracks), d); one user moves all by length 1 at most.

    A user adds the outer product of a voice and a vector, whose length is the product of theirs.
    """
    return np.asarray(voiced[:, tracks].T @ users, np.float64)
