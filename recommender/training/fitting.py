"""Two ways to make factors of listening: plainly, and so that they tell little of any one listener."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.budget import Budget, composed, spent, usual_delta
from embeddings.collaborative.content import Content
from embeddings.collaborative.factors import Factors
from embeddings.collaborative.noise import Normal, secure_normal
from embeddings.collaborative.private import PrivateRecipe, fit_private
from embeddings.collaborative.recipe import Recipe, fit
from embeddings.errors import EmbeddingError
from recommender.errors import InvalidInput
from recommender.manifest import Manifest
from recommender.training.gathering import Gathered

_MULTIPLIER: Final = "noise_multiplier"
_OF_ALL: Final = "noise_multiplier_of_all"


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Factors and what else may be told of the listening.

    Attributes
    ----------
    plays
        Shape (n_tracks,), how widely each track is liked: exact, or as far as the noise lets it be known.
    parameters
        The recipe of its own by names, where it has one.
    guarantee
        What a private training promises; ``None`` for one that promises nothing.
    """

    factors: Factors
    plays: NDArray[np.floating] | NDArray[np.integer]
    parameters: Mapping[str, float] | None = None
    guarantee: Mapping[str, float] | None = None


Fit = Callable[[Gathered, Recipe, Content], Fitted]


@dataclass(frozen=True, slots=True)
class Wish:
    """How private a training is to be.

    Attributes
    ----------
    delta
        ``None`` for the usual one for so many listeners.
    """

    epsilon: float
    delta: float | None = None

    def budget(self, listeners: int) -> Budget:
        """Return the budget for so many listeners.

        Raises
        ------
        InvalidInput
            If it would promise nothing.
        """
        delta = usual_delta(listeners) if self.delta is None else self.delta
        try:
            budget = Budget(self.epsilon, delta)
        except EmbeddingError as error:
            raise InvalidInput(str(error), code="bad_privacy", field="privacy") from error
        if delta * listeners >= 1.0:
            raise InvalidInput(
                f"a delta of {delta:g} promises nothing to {listeners} listeners, one of whom could be told whole; "
                f"it must be below 1/{listeners}",
                code="bad_privacy",
                field="delta",
            )
        return budget


def fitted_plainly(known: Gathered, recipe: Recipe, content: Content) -> Fitted:
    """Fit factors by the recipe."""
    return Fitted(fit(known.matrix(), recipe, content=content), known.listeners)


def privately(budget: Budget, *, normal: Normal = secure_normal) -> Fit:
    """Return the fit that keeps to a budget; its recipe is its own, because choosing one by the listening would tell of it."""

    def fitted(known: Gathered, recipe: Recipe, content: Content) -> Fitted:  # noqa: ARG001 - a private fit has its own recipe
        own = PrivateRecipe()
        found = fit_private(known.matrix(), own, budget=budget, content=content, normal=normal)
        return Fitted(found.factors, found.renown, own.to_parameters(), found.guarantee)

    return fitted


def with_former(guarantee: Mapping[str, float], former: Sequence[Manifest]) -> dict[str, float]:
    """Return the guarantee with what this training and all private ones before it give away together.

    Parameters
    ----------
    former
        The manifests at hand, the newest first: each private one carries the sum of those before it.
    """
    last = next((manifest.privacy for manifest in former if manifest.privacy), None)
    multipliers = [guarantee[_MULTIPLIER]] + ([] if last is None else [last[_OF_ALL]])
    return {
        **guarantee,
        "trainings": 1.0 + (0.0 if last is None else last["trainings"]),
        _OF_ALL: composed(multipliers),
        "epsilon_of_all": spent(multipliers, delta=guarantee["delta"]),
    }
