"""Predicted factors for tracks that nobody has played yet, from what is known of them and from their artist's other tracks."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embeddings.collaborative.factors import Factors
from embeddings.collaborative.folding import Arrays
from embeddings.collaborative.ridge import ridge
from embeddings.errors import ArtefactInvalid, EmbeddingError

Floats = NDArray[np.float64]

NO_ARTIST: Final = -1
# An artist's mean is drawn towards that of all tracks as though this much listening to average tracks were theirs too.
_DRAWN: Final = 1.0
# The best-known tracks settle a map of some hundred inputs; more of them would only cost memory.
_MOST_TRACKS: Final = 30_000


@dataclass(frozen=True, slots=True, eq=False)
class ColdMap:
    """A linear map from features and artist to track vectors.

    Attributes
    ----------
    centre, scale
        Shape (n_inputs,): what is subtracted from the inputs, and what they are then divided by. The inputs are the features and
        the artist's mean vector.
    weights
        Shape (n_inputs, d).
    mean
        Shape (d,), the weighted mean of the trained vectors.
    artist_means
        Shape (n_artists + 1, d), drawn towards ``mean``; the last stands for no artist.
    """

    centre: Floats
    scale: Floats
    weights: Floats
    mean: Floats
    artist_means: Floats

    def predict(self, features: NDArray[np.floating], artists: ArrayLike | None = None) -> NDArray[np.float32]:
        """Return vectors, shape (m, d), in the space of the factors it was fitted to.

        Parameters
        ----------
        features
            Shape (m, f), made as those it was fitted to.
        artists
            Shape (m,), numbers of artists as at the fit; one that was not there is no artist.

        Raises
        ------
        EmbeddingError
            If f is another than at the fit.
        """
        fitted_to = len(self.centre) - len(self.mean)
        if features.shape[1] != fitted_to:
            raise EmbeddingError(f"{features.shape[1]} features where the map was fitted to {fitted_to}.")
        numbers = _numbers(artists, len(features))
        known = np.where(numbers < len(self.artist_means) - 1, numbers, NO_ARTIST)
        inputs = np.hstack([np.asarray(features, np.float64), self.artist_means[known]])
        return np.asarray((inputs - self.centre) / self.scale @ self.weights + self.mean, np.float32)

    def to_arrays(self) -> Arrays:
        """Return plain arrays that an ``.npz`` file keeps without pickle."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "ColdMap":
        """Make a map from what ``to_arrays`` returned.

        Raises
        ------
        ArtefactInvalid
            If an array is missing.
        """
        try:
            return cls(*(arrays[field.name].astype(np.float64) for field in fields(cls)))
        except KeyError as missing:
            raise ArtefactInvalid(f"The cold map has no array {missing}.") from missing


def fit_cold(factors: Factors, features: NDArray[np.floating], plays: ArrayLike, *, artists: ArrayLike | None = None) -> ColdMap:
    """Fit a ridge regression from features and artist to the trained vectors, well-played tracks counting more.

    Each track's artist prior is the mean of the artist's *other* tracks, as a new track will find it.

    Parameters
    ----------
    features
        Shape (n_tracks, f), one row for each track vector.
    plays
        Shape (n_tracks,), users who played each; a track without any teaches nothing.
    artists
        Shape (n_tracks,), numbers from 0, or ``NO_ARTIST``.

    Raises
    ------
    EmbeddingError
        If no track has plays.
    """
    counts = np.asarray(plays, np.float64)
    if not (counts > 0.0).any():
        raise EmbeddingError(f"None of {len(counts)} tracks has plays: there are no factors to learn from.")
    vectors = factors.track_vectors.astype(np.float64)
    # The noise of a vector falls with its plays, but tracks are unlike one another however well each is known.
    trust = np.sqrt(counts)
    mean = np.average(vectors, axis=0, weights=trust)
    numbers = _numbers(artists, len(counts))
    sums, totals = _by_artist(vectors, trust, numbers)
    own = np.where(numbers == NO_ARTIST, 0.0, trust)[:, None]
    others = _drawn(sums[numbers] - own * vectors, totals[numbers] - own, mean)

    best = np.argsort(-counts, kind="stable")[: min(_MOST_TRACKS, int((counts > 0.0).sum()))]
    inputs = np.hstack([np.asarray(features, np.float64)[best], others[best]])
    centre = np.average(inputs, axis=0, weights=trust[best])
    scale = np.concatenate([_size(block) for block in np.split(inputs - centre, [features.shape[1]], axis=1)])
    weights = ridge((inputs - centre) / scale, vectors[best] - mean, trust[best])
    return ColdMap(centre, scale, weights, mean, _drawn(sums, totals, mean))


def _numbers(artists: ArrayLike | None, count: int) -> NDArray[np.intp]:
    return np.full(count, NO_ARTIST) if artists is None else np.asarray(artists, np.intp)


def _by_artist(vectors: Floats, trust: Floats, numbers: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Add up vectors and trust by artist; the last row, which ``NO_ARTIST`` points at, stays empty."""
    sums = np.zeros((int(numbers.max(initial=NO_ARTIST)) + 2, vectors.shape[1]))
    totals = np.zeros((len(sums), 1))
    credited = numbers != NO_ARTIST
    np.add.at(sums, numbers[credited], (vectors * trust[:, None])[credited])
    np.add.at(totals, numbers[credited], trust[credited, None])
    return sums, totals


def _drawn(sums: Floats, totals: Floats, mean: Floats) -> Floats:
    return (sums + _DRAWN * mean) / (totals + _DRAWN)


def _size(block: Floats) -> Floats:
    """Return the length of a block's typical row, once for each column, so that no block outweighs another by its unit."""
    size = float(np.sqrt(np.square(block).sum(axis=1).mean()))
    return np.full(block.shape[1], size if size > 0.0 else 1.0)
