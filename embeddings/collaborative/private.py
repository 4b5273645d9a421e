"""Alternating least squares under differential privacy at user level: exact where it stays with the user, noisy where users meet.

After Chien, Jain, Krichene, Rendle, Song, Thakurta, Zhang, "Private Alternating Least Squares" (ICML 2021): a user's vector is solved
exactly from that user's own plays and never published, and what the tracks learn from all users, the Gram matrix of the users and each
track's sum of them, is clipped and told with Gaussian noise. With hundreds of numbers a track there is noise enough to drown
all but the best known, so tracks keep what is said of them (no user's secret) for a prior, which the listening corrects where it is loud
enough. The matrix of a track's own users is taken as their common one times how widely the track is played: a d by d matrix
a track would cost more than it tells.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.budget import Budget, composed
from embeddings.collaborative.clipping import gram_of, loudness, sums_of, unit_rows, voices
from embeddings.collaborative.content import Content
from embeddings.collaborative.described import Vocabulary, learn_vocabulary
from embeddings.collaborative.factors import Factors
from embeddings.collaborative.ials import folding_of
from embeddings.collaborative.interactions import checked
from embeddings.collaborative.least_squares import Penalty, solve_side
from embeddings.collaborative.noise import Normal, secure_normal, symmetric
from embeddings.collaborative.renown import Renown, renown_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]

# Shares of the budget: how widely tracks are played, the users' Gram matrix, and the tracks' sums.
_SHARES: Final = {"renown": 0.2, "gram": 0.03, "sums": 0.77}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateRecipe:
    """The hyper-parameters of a private training; the defaults were chosen on the validation part of public listening data.

    Attributes
    ----------
    dim, word_dim
        Width of a vector, and how many of its coordinates may be directions of the words; the rest are well-known tracks.
    rounds
        How often the users are solved and the tracks told; each costs its part of the budget.
    regularisation, unobserved, exponent, floor
        Of the users, as in ``embeddings.collaborative.recipe.Recipe``.
    unworded
        The regularisation where nothing is said of any track, and the vectors hold more noise.
    prior
        How firmly a track is held to what is said of it, for each unit of the noise.
    background, known
        Weight of the common matrix in that of a track, and of the track's share of all listening.
    loud
        Length of a track's vector before it has learned: its renown to this power.
    """

    dim: int = 128
    word_dim: int = 120
    rounds: int = 1
    regularisation: float = 0.003
    unworded: float = 0.03
    unobserved: float = 0.06
    exponent: float = 1.0
    floor: int = 1000
    prior: float = 400.0
    background: float = 0.5
    known: float = 20.0
    loud: float = 0.2

    def to_parameters(self) -> dict[str, float]:
        """Return the hyper-parameters by name, as a manifest keeps them."""
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class PrivateFit:
    """What a private training learned, and what it gave away.

    Attributes
    ----------
    renown
        Shape (n_tracks,), positive: how widely each track is played, as far as the noise lets it be known.
    guarantee
        Epsilon and delta, the multiplier of all noise together and of each release, and the lengths to which a user was clipped.
    """

    factors: Factors
    renown: Floats
    guarantee: Mapping[str, float]


def fit_private(
    interactions: "csr_matrix",
    recipe: PrivateRecipe,
    *,
    budget: Budget,
    content: Content | None = None,
    normal: Normal = secure_normal,
    seed: int = 0,
) -> PrivateFit:
    """Train factors that tell little of any one user.

    Parameters
    ----------
    interactions
        Users by tracks, positive confidences; 1 is one whole play.
    content
        What is said of the same tracks, by others than these users: it is not protected.
    normal
        Source of the noise; any but the system's secure one voids the guarantee and is for tests.
    seed
        Of what is computed from the content alone.

    Raises
    ------
    EmbeddingError
        If there are no interactions, or a confidence is not positive and finite.
    """
    played = checked(interactions)
    noise = budget.shared(_shares(recipe.rounds))
    told = loudness(voices(played)) + noise["renown"] * normal((played.shape[1],))
    renown = renown_of(told, noise["renown"], content)
    vocabulary = learn_vocabulary(content.words, dim=recipe.word_dim, seed=seed) if content is not None and recipe.word_dim else None
    start = _start(renown, content, vocabulary, recipe)
    worded = vocabulary is not None and vocabulary.directions.shape[1] > 0
    penalty = Penalty(recipe.regularisation if worded else recipe.unworded, recipe.unobserved, recipe.exponent, recipe.floor)
    tracks, voiced = start, voices(played, renown.is_known)
    for at in range(recipe.rounds if renown.is_known.any() else 0):
        users = unit_rows(solve_side(tracks.astype(np.float32), played, penalty))
        gram = gram_of(users) + noise[f"gram_{at}"] * symmetric(normal, users.shape[1])
        known = np.flatnonzero(renown.is_known)
        sums = sums_of(voiced, users, known) + noise[f"sums_{at}"] * normal((len(known), users.shape[1]))
        tracks = _learned(start, gram, sums, renown, recipe, noise=noise[f"sums_{at}"])
    vectors = tracks.astype(np.float32)
    factors = Factors(vectors, folding_of(vectors, penalty), vocabulary)
    return PrivateFit(factors, renown.of_tracks, _guarantee(budget, noise))


def _shares(rounds: int) -> dict[str, float]:
    """Return the share of each release: renown is told once, the others once a round."""
    each = {f"{name}_{at}": _SHARES[name] / rounds for at in range(rounds) for name in ("gram", "sums")}
    return {"renown": _SHARES["renown"]} | each


def _start(renown: Renown, content: Content | None, vocabulary: Vocabulary | None, recipe: PrivateRecipe) -> Floats:
    """Return the vectors before any listening: renown, what is said, and for some well-known tracks a coordinate of their own."""
    loud = renown.of_tracks[:, None] ** recipe.loud
    blocks = [2.0 * loud]
    if content is not None and vocabulary is not None and vocabulary.directions.shape[1]:
        said = vocabulary.features(content)[:, : vocabulary.directions.shape[1]]
        blocks.append(unit_rows(said) * (loud + 0.1))
    room = recipe.dim - sum(block.shape[1] for block in blocks)
    known = np.flatnonzero(renown.is_known)
    landmarks = known[np.argsort(-renown.of_tracks[known], kind="stable")[:room]]
    own = np.zeros((len(loud), len(landmarks)))
    own[landmarks, np.arange(len(landmarks))] = loud[landmarks, 0] + 0.1
    return _sized(np.hstack([*blocks, own]))


def _learned(start: Floats, gram: Floats, sums: Floats, renown: Renown, recipe: PrivateRecipe, *, noise: float) -> Floats:
    """Solve for the tracks, each drawn to its start; those that are not known well enough stay there."""
    spectrum, basis = np.linalg.eigh(gram)
    # A Gram matrix has no negative eigenvalue, so what the noise made of one is noise.
    spectrum = np.maximum(spectrum, 0.0)
    known = renown.is_known
    expected = start[known] @ basis * spectrum
    scale = float((sums @ basis * expected).sum()) / max(float((expected**2).sum()), 1e-12)
    if scale <= 0.0:
        return start
    users = max(float(spectrum.sum()), 1.0)
    weight = recipe.background + recipe.known * renown.of_tracks[known, None] / users
    held = recipe.prior * noise
    tracks = scale * start
    tracks[known] = (sums @ basis + held * scale * (start[known] @ basis)) / (weight * spectrum + held) @ basis.T
    return _sized(tracks)


def _sized(tracks: Floats) -> Floats:
    """Return the vectors in a unit in which their mean squared length is 1, for which the penalty was chosen."""
    return np.asarray(tracks / np.sqrt(np.square(tracks).sum(axis=1).mean()), np.float64)


def _guarantee(budget: Budget, noise: Mapping[str, float]) -> dict[str, float]:
    by_release = {f"noise_of_{name}": value for name, value in noise.items()}
    whole = {"epsilon": budget.epsilon, "delta": budget.delta, "noise_multiplier": composed(list(noise.values()))}
    return whole | {"user_norm": 1.0, "voice_norm": 1.0} | by_release
