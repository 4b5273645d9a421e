"""What the trained listeners are like, for folding in somebody of whom little is known.

Least squares alone takes a stranger to be anybody. Three tracks then decide all factors, though no listener was ever like that. Here
the few tracks say where among the trained listeners somebody stands, and every further one hands the word to the tracks themselves.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EmbeddingError

Floats = NDArray[np.float64]

# Of the spread of listeners, shared out over all directions, so that those in which nobody was seen to differ are not ruled out.
_SPREAD_OUT: Final = 0.05
# How firmly a stranger is held to the population, in plays; how many tracks say as much as it does, and how soon it yields to them;
# what a track says falls with this power of its mean squared score. All were chosen on the validation part of public listening data.
_FIRMNESS: Final = 0.2
_HALF: Final = 8.0
_STEEP: Final = 4.0
_SURPRISE: Final = 0.7
# A word that would not be heard is not worth the solve that it takes.
_LEAST_SHARE: Final = 0.01
# Beside the mean of the picks' own commonness, so that a track that nobody would expect does not outshout all others.
_LEAST_COMMON: Final = 0.1


@dataclass(frozen=True, eq=False)
class Population:
    """A Gaussian prior over user vectors, centred on zero.

    Attributes
    ----------
    precision
        Shape (d, d): what takes the place of the penalty for a stranger.
    unit
        Confidence that counts as one whole track.
    """

    precision: Floats
    unit: float = 1.0

    def share(self, confidences: Floats) -> float:
        """Return how much of the word this prior has, 1 without a track and 0 from some 26 on; no track counts as more than one."""
        heard = float(np.minimum(confidences / self.unit, 1.0).sum())
        share = float(1.0 / (1.0 + (heard / _HALF) ** _STEEP))
        return share if share >= _LEAST_SHARE else 0.0

    @cached_property
    def _covariance(self) -> Floats:
        return np.asarray(np.linalg.inv(self.precision), np.float64)

    def told(self, played: Floats, confidences: Floats, share: float) -> Floats:
        """Return the confidences, of the same sum, leaning by ``share`` to the tracks that few of the population would have named."""
        common = np.einsum("nd,nd->n", played @ self._covariance, played)
        floor = _LEAST_COMMON * float(common.mean())
        if floor <= 0.0:
            return confidences
        telling = confidences * (common + floor) ** (-_SURPRISE * share)
        return np.asarray(telling * (confidences.sum() / telling.sum()), np.float64)

    def counting(self, unit: float) -> "Population":
        """Return the prior that takes a confidence of ``unit`` as this one takes 1."""
        return Population(self.precision * unit, self.unit * unit)

    def scaled(self, factor: float) -> "Population":
        """Return the prior for the same track vectors times ``factor``."""
        return replace(self, precision=self.precision * factor**2)


def population_of(users: NDArray[np.floating]) -> Population:
    """Return the prior of trained listeners.

    Parameters
    ----------
    users
        Shape (n_users, d), each as training left it; rows of zeros, who have no plays, are passed over.

    Raises
    ------
    EmbeddingError
        If every row is zero.
    """
    known = users[users.any(axis=1)]
    if not len(known):
        raise EmbeddingError(f"None of {len(users)} users has a vector: there is no population to learn from.")
    # Not around the mean: that all scores have a size and a favour in common is itself what a stranger is expected to share.
    spread = np.asarray(known.T @ known, np.float64) / len(known)
    spread += _SPREAD_OUT * np.trace(spread) / len(spread) * np.eye(len(spread))
    return Population(np.asarray(_FIRMNESS * np.linalg.inv(spread), np.float64))
