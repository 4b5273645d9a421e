"""How a version predicts new tracks: the map from what is known of a track to its factors, as it is kept with the version."""

import json

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.cold import fit_cold
from embeddings.collaborative.factors import Factors
from embeddings.collaborative.folding import Arrays
from recommender.models import WORDS
from recommender.training.describing import Described


def prediction_of(
    factors: Factors, listeners: NDArray[np.integer] | NDArray[np.floating], described: Described, *, audio_version: str | None
) -> Arrays:
    """Fit how a new track's factors follow from its audio, its text, its words and its artist, and return the arrays of the file.

    Parameters
    ----------
    listeners
        Shape (n_tracks,), how many users like each track.
    """
    artists, numbers = described.artist_numbers()
    cold = fit_cold(factors, described.inputs(factors), listeners, artists=numbers)
    told: Arrays = {**cold.to_arrays(), "artists": np.array(json.dumps(artists)), "audio_version": np.array(audio_version or "")}
    words = {} if factors.vocabulary is None else factors.vocabulary.to_arrays()
    return told | {f"{WORDS}{name}": array for name, array in words.items()}
