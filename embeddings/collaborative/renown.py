"""How widely tracks are played, made of noisy sums and of what the catalogue's owner says."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.content import Content

Floats = NDArray[np.float64]

# A sum this many deviations of the noise above zero is a known track's: of 20,000 unplayed ones some five pass by chance.
_CLEAR: Final = 3.5
# Tracks that the owner takes to be alike, enough of them that their noise averages out.
_ALIKE: Final = 200
_LEAST: Final = 0.05
# Spread of the tracks' renown around what their like have: its variance grows with this power of that.
_SPREAD: Final = 1.5
# No track is held for less than this share of what its like have.
_FLOOR: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Renown:
    """How widely tracks are played.

    Attributes
    ----------
    of_tracks
        Shape (n_tracks,), positive.
    is_known
        Shape (n_tracks,): whether the sum stands clear of its noise.
    """

    of_tracks: Floats
    is_known: NDArray[np.bool_]


def renown_of(told: Floats, noise: float, content: Content | None) -> Renown:
    """Estimate the renown behind noisy sums: what is clear is believed, all else drawn to the mean of its like.

    Parameters
    ----------
    told
        Shape (n_tracks,), sums with Gaussian noise.
    noise
        Its standard deviation.
    content
        Whose popularity, and number of words, say which tracks are alike.
    """
    is_known = told > _CLEAR * noise
    expected = _mean_of_like(told, content)
    variance = expected**_SPREAD
    drawn = expected + variance / (variance + noise**2) * (told - expected)
    return Renown(np.where(is_known, told, np.maximum(drawn, _FLOOR * expected)), np.asarray(is_known, np.bool_))


def _mean_of_like(told: Floats, content: Content | None) -> Floats:
    groups = max(1, len(told) // _ALIKE)
    means = np.empty_like(told)
    for tracks in np.array_split(_from_unknown(content, len(told)), groups):
        means[tracks] = max(float(told[tracks].mean()), _LEAST)
    return means


def _from_unknown(content: Content | None, count: int) -> NDArray[np.intp]:
    """Return the tracks in the order of what the owner lets expect of them."""
    if content is None:
        return np.arange(count)
    said = np.array([len(words) for words in content.words])
    popularity = np.asarray(content.popularity, np.float64) if len(content.popularity) else np.zeros(count)
    return np.lexsort((said, popularity))
