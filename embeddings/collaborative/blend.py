"""Two kinds of factors side by side in one vector, whose one dot product is the sum of both models' z-scores."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.collaborative.factors import Factors
from embeddings.collaborative.folding import Blended
from embeddings.collaborative.ials import train_ials
from embeddings.collaborative.spectral import train_spectral

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def train_blend(
    interactions: "csr_matrix",
    *,
    ials: Mapping[str, Any] | None = None,
    spectral: Mapping[str, Any] | None = None,
    spectral_share: float = 1.0,
    seed: int = 0,
) -> Factors:
    """Train both models and blend them; the two widths together fill a slot of the index.

    Parameters
    ----------
    ials, spectral
        Options of ``train_ials`` and ``train_spectral`` where they are to differ from the defaults.
    spectral_share
        Spread of the spectral scores where that of the others is 1.

    Raises
    ------
    EmbeddingError
        If there are no interactions, or a confidence is not positive and finite.
    """
    fitted = train_ials(interactions, seed=seed, **(ials or {}))
    summed = train_spectral(interactions, seed=seed, **(spectral or {}))
    return blended((fitted, summed), shares=(1.0, spectral_share))


def blended(models: Sequence[Factors], *, shares: Sequence[float]) -> Factors:
    """Put models of the same tracks side by side, each brought to one scale so that a quantised index is as fine for all.

    Parameters
    ----------
    shares
        Spread of each model's scores over the catalogue, whoever the user is.
    """
    units = [_unit(model) for model in models]
    covariances = tuple(np.atleast_2d(np.cov(unit.track_vectors.T.astype(np.float64), bias=True)) for unit in units)
    folding = Blended(tuple(unit.folding for unit in units), covariances, tuple(shares))
    return Factors(np.hstack([unit.track_vectors for unit in units]), folding)


def _unit(model: Factors) -> Factors:
    """Return the model with entries of root mean square one."""
    size = float(np.sqrt(np.mean(np.square(model.track_vectors, dtype=np.float64))))
    factor = 1.0 / size if size > 0.0 else 1.0
    return Factors((model.track_vectors * factor).astype(np.float32), model.folding.scaled(factor))
