"""The linear spectral model: what is played together, as the leading singular vectors of the degree-normalised listening."""

from typing import TYPE_CHECKING

import numpy as np

from embeddings.collaborative.decomposition import leading
from embeddings.collaborative.factors import Factors
from embeddings.collaborative.folding import WeightedSum
from embeddings.collaborative.interactions import checked, clamped_dim

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def train_spectral(
    interactions: "csr_matrix",
    *,
    dim: int = 128,
    user_exponent: float = 0.1,
    track_exponent: float = 0.3,
    popularity_exponent: float = 0.15,
    seed: int = 0,
) -> Factors:
    """Train factors by one truncated singular value decomposition, so that a taste is a weighted sum of tracks.

    Parameters
    ----------
    interactions
        Users by tracks, positive confidences.
    dim
        Width of a vector: the factors and one coordinate for the track's weight in a sum. A small catalogue has fewer.
    user_exponent, track_exponent
        An entry is divided by its user's and its track's total to these powers before the decomposition. One half each is the
        symmetric normalisation of Shen et al., "How Powerful is Graph Convolution for Recommendation?" (CIKM 2021); less of it keeps
        more of the popularity that listeners do follow.
    popularity_exponent
        A track's score is multiplied by its total to this power.

    Raises
    ------
    EmbeddingError
        If there are no interactions, or a confidence is not positive and finite.
    """
    from scipy.sparse import diags_array  # noqa: PLC0415 - scipy takes a third of a second and only training needs it

    played = checked(interactions).astype(np.float64)
    # Nobody's total is taken below one play: an empty row stays empty, and a faint one is not blown up.
    user_totals = np.maximum(np.asarray(played.sum(axis=1)).ravel(), 1.0)
    track_totals = np.maximum(np.asarray(played.sum(axis=0)).ravel(), 1.0)
    normalised = diags_array(user_totals**-user_exponent) @ played @ diags_array(track_totals**-track_exponent)
    values, directions = leading(normalised.tocsr(), clamped_dim(dim - 1, played), seed)
    # A soft end: the last direction kept counts half, so that nothing hangs on where the cut falls.
    strength = np.sqrt(values**2 / (values**2 + values[-1] ** 2))
    loud = track_totals**popularity_exponent
    # Unit directions have entries near 1 / sqrt(n); brought near 1, an index that quantises keeps them as finely as the weights.
    vectors = directions * np.sqrt(len(directions)) * strength * loud[:, None]
    heard = played.count_nonzero(axis=0) > 0
    weights = np.where(heard, track_totals**-track_exponent / loud, 0.0)
    return Factors(np.column_stack([vectors, weights]).astype(np.float32), WeightedSum(vectors.shape[1] + 1))
