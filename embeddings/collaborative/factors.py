"""A trained set of collaborative factors: one vector a track, and how a user is folded in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embeddings.collaborative.described import Vocabulary
from embeddings.collaborative.folding import Arrays, Folding, folding_from_arrays
from embeddings.errors import ArtefactInvalid
from embeddings.spaces import COLLAB_DIM


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """What one training learned; which row is which track is kept by the caller.

    Attributes
    ----------
    track_vectors
        Shape (n_tracks, d). A track that nobody played has zeros.
    folding
        Makes a user's vector from those of the tracks played; ``folding.width`` is d.
    vocabulary
        How the words that it learned from become features, for the map to new tracks, with which it is stored; ``None`` without words.
    """

    track_vectors: NDArray[np.float32]
    folding: Folding
    vocabulary: Vocabulary | None = None

    def fold_in(self, tracks: ArrayLike, confidences: ArrayLike) -> NDArray[np.float32]:
        """Return the vector of a user, shape (d,), whose dot product with ``track_vectors`` is the score.

        Parameters
        ----------
        tracks
            Rows of ``track_vectors`` that the user played, each once.
        confidences
            One for each, positive (Hu, Koren, Volinsky 2008).
        """
        rows = np.asarray(tracks, np.intp)
        return self.folding.fold(self.track_vectors[rows], np.asarray(confidences, np.float64))

    def to_arrays(self) -> Arrays:
        """Return plain arrays that an ``.npz`` file keeps without pickle."""
        return {"track_vectors": self.track_vectors} | {f"folding.{name}": array for name, array in self.folding.to_arrays().items()}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Factors":
        """Make factors from what ``to_arrays`` returned.

        Raises
        ------
        ArtefactInvalid
            If an array is missing, not finite or of another width than the folding.
        """
        folding = folding_from_arrays(
            {name.removeprefix("folding."): array for name, array in arrays.items() if name.startswith("folding.")}
        )
        if "track_vectors" not in arrays:
            raise ArtefactInvalid("The factors have no array 'track_vectors'.")
        vectors = arrays["track_vectors"].astype(np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != folding.width:
            raise ArtefactInvalid(f"Track vectors of shape {vectors.shape} do not fit a folding of width {folding.width}.")
        if not np.isfinite(vectors).all():
            raise ArtefactInvalid("A track vector is not finite.")
        return cls(vectors, folding)


def to_slot(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pad vectors with zeros to the width of the collab slots of the index; no dot product changes.

    Parameters
    ----------
    vectors
        Shape (..., d).

    Raises
    ------
    ArtefactInvalid
        If d is wider than the slot.
    """
    room = COLLAB_DIM - vectors.shape[-1]
    if room < 0:
        raise ArtefactInvalid(f"Vectors of width {vectors.shape[-1]} do not fit the collab slot of width {COLLAB_DIM}.")
    padded = np.zeros((*vectors.shape[:-1], COLLAB_DIM), vectors.dtype)
    padded[..., : vectors.shape[-1]] = vectors
    return padded
