"""What a private training may give away of any one user: epsilon and delta, the noise that keeps to them, and how it is shared out.

The guarantee is at user level, for adding or removing all that one user ever did (Dwork and Roth, "The Algorithmic Foundations of
Differential Privacy", 2014). Every release adds Gaussian noise to a sum in which no user has more than length 1. Gaussian releases
compose to one: their inverse squared multipliers add up (Dong, Roth, Su, "Gaussian Differential Privacy", JRSS B 2022, cor. 3.3), also
where a later release depends on what an earlier one told.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from embeddings.errors import EmbeddingError

# An epsilon beyond this promises nothing that a person could notice, and is likely a slip.
MOST_EPSILON: Final = 50.0


@dataclass(frozen=True, slots=True)
class Budget:
    """Epsilon and delta of one training.

    Raises
    ------
    EmbeddingError
        If epsilon is not above 0 and at most 50, or delta not between 0 and 1.
    """

    epsilon: float
    delta: float

    def __post_init__(self) -> None:
        """Refuse a budget that promises nothing."""
        if not 0.0 < self.epsilon <= MOST_EPSILON:
            raise EmbeddingError(f"An epsilon of {self.epsilon:g} is not above 0 and at most {MOST_EPSILON:g}.")
        if not 0.0 < self.delta < 1.0:
            raise EmbeddingError(f"A delta of {self.delta:g} is not between 0 and 1.")

    @property
    def multiplier(self) -> float:
        """Standard deviation of the noise, in lengths of one user's contribution, if everything were told in one release."""
        from dp_accounting import get_sigma_gaussian  # noqa: PLC0415 - only training needs it, and it loads scipy

        return float(get_sigma_gaussian(self.epsilon, self.delta))

    def shared(self, shares: Mapping[str, float]) -> dict[str, float]:
        """Return the multiplier of each release, of which each takes its share of the budget; a larger share has less noise."""
        whole, total = self.multiplier, sum(shares.values())
        return {name: whole * math.sqrt(total / share) for name, share in shares.items()}


def spent(multipliers: Sequence[float], *, delta: float) -> float:
    """Return the epsilon of all these releases together.

    Parameters
    ----------
    multipliers
        Standard deviation of the noise of each release, in lengths of one user's contribution.
    """
    from dp_accounting import get_epsilon_gaussian  # noqa: PLC0415 - only training needs it, and it loads scipy

    return float(get_epsilon_gaussian(composed(multipliers), delta))


def composed(multipliers: Sequence[float]) -> float:
    """Return the multiplier of the one release that gives away as much as all these together."""
    return 1.0 / math.sqrt(sum(multiplier**-2 for multiplier in multipliers))


def usual_delta(users: int) -> float:
    """Return a delta for so many users: their number to the power of -1.1, rounded down to a power of ten, which hides the number."""
    return float(10.0 ** -math.ceil(1.1 * math.log10(max(users, 2))))
