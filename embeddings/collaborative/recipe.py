"""How a model version is trained: every hyper-parameter in one place, and the one call that turns listening into factors."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from embeddings.collaborative.content import Content
from embeddings.collaborative.described import learn_vocabulary
from embeddings.collaborative.factors import Factors
from embeddings.collaborative.ials import folding_of, train_ials
from embeddings.collaborative.informed import inform
from embeddings.collaborative.interactions import checked
from embeddings.collaborative.least_squares import Penalty, solve_side
from embeddings.collaborative.population import population_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The hyper-parameters of a training; the defaults were chosen on the validation part of public listening data.

    Attributes
    ----------
    dim, iterations, regularisation, exponent, floor
        Of the least-squares factors: see ``train_ials``.
    unobserved
        Weight of the zeros beside the mean confidence of what was played, so that the unit of the confidences does not matter.
    rounds
        How often factors and the map from words to factors are fitted in turn; 0 leaves the words out.
    word_dim, new_word_dim
        Directions of the words that the map reads, and that the map to new tracks does, of which nothing else is known.
    """

    dim: int = 128
    iterations: int = 8
    regularisation: float = 0.01
    unobserved: float = 0.06
    exponent: float = 1.0
    floor: int = 1000
    rounds: int = 2
    word_dim: int = 256
    new_word_dim: int = 512

    def to_parameters(self) -> dict[str, float]:
        """Return the hyper-parameters by name, as a manifest keeps them."""
        return asdict(self)


def fit(interactions: "csr_matrix", recipe: Recipe, *, content: Content | None = None, seed: int = 0) -> Factors:
    """Train factors by a recipe.

    Parameters
    ----------
    interactions
        Users by tracks, positive confidences.
    content
        What is said of the same tracks; without it, or where it says nothing, the factors know listening alone.

    Raises
    ------
    EmbeddingError
        If there are no interactions, or a confidence is not positive and finite.
    """
    played = checked(interactions)
    unit = float(played.data.mean())
    played.data /= unit
    options = {"regularisation": recipe.regularisation, "unobserved": recipe.unobserved, "exponent": recipe.exponent}
    held_back = Penalty(**options, floor=recipe.floor)
    factors = train_ials(played, dim=recipe.dim, iterations=recipe.iterations, floor=recipe.floor, seed=seed, **options)
    directions = max(recipe.word_dim, recipe.new_word_dim)
    vocabulary = learn_vocabulary(content.words, dim=directions, seed=seed) if content is not None and recipe.rounds else None
    if content is not None and vocabulary is not None:
        features = vocabulary.led_by(recipe.word_dim).features(content)
        factors = inform(factors, played, features, held_back, rounds=recipe.rounds)
    population = population_of(solve_side(factors.track_vectors, played, held_back))
    folding = replace(folding_of(factors.track_vectors, held_back), population=population)
    return replace(
        factors, folding=folding.counting(unit), vocabulary=None if vocabulary is None else vocabulary.led_by(recipe.new_word_dim)
    )
