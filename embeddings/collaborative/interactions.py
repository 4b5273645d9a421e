"""What training accepts: a sparse matrix of users by tracks whose entries are positive confidences."""

from typing import TYPE_CHECKING

import numpy as np

from embeddings.errors import EmbeddingError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def checked(interactions: "csr_matrix") -> "csr_matrix":
    """Return the interactions as 32-bit rows without stored zeros, or refuse them.

    Raises
    ------
    EmbeddingError
        If there are none, or a confidence is negative or not finite.
    """
    rows = interactions.tocsr().astype(np.float32)
    if not (np.isfinite(rows.data).all() and (rows.data >= 0.0).all()):
        raise EmbeddingError(f"A confidence is not a positive number: the smallest is {rows.data.min()}.")
    rows.sum_duplicates()
    rows.eliminate_zeros()
    if not rows.nnz:
        raise EmbeddingError(f"{rows.shape[0]} users and {rows.shape[1]} tracks without one interaction: nothing to learn from.")
    return rows


def clamped_dim(dim: int, interactions: "csr_matrix") -> int:
    """Return how many factors a catalogue of this size can carry: never more than its users or its tracks."""
    n_users, n_tracks = interactions.shape
    return max(1, min(dim, int(n_users), int(n_tracks)))
