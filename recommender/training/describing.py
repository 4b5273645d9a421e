"""What a training knows of its tracks beside listening: their words, their sound and their artists, as catalogue and index hold them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.content import Content
from embeddings.collaborative.factors import Factors
from embeddings.spaces import AUDIO_DIM, TEXT_DIM
from recommender.identity import fold
from recommender.models import features_of
from recommender.ports.catalog import Catalog
from recommender.ports.index import VectorIndex
from recommender.serving import Serving
from recommender.tracks import Metadata
from recommender.wording import content_of

_PAGE: Final = 1000
_NOTHING: Final = Metadata(title="")


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """The tracks of a training, in the ledger's order.

    Attributes
    ----------
    features
        Shape (n_tracks, 528), what new tracks are predicted from (see ``recommender.models.features_of``); zeros for what is unknown.
    artists
        Folded name of each track's first artist, ``None`` where there is none.
    """

    content: Content
    features: NDArray[np.float32]
    artists: tuple[str | None, ...]

    def inputs(self, factors: Factors) -> NDArray[np.float32]:
        """Return the features with those of the words that the factors learned from, as the map to new tracks reads them."""
        if factors.vocabulary is None:
            return self.features
        return np.hstack([self.features, factors.vocabulary.features(self.content)])

    def artist_numbers(self) -> tuple[tuple[str, ...], NDArray[np.intp]]:
        """Return the artists' names and each track's place in them, -1 for none."""
        names = tuple(sorted({name for name in self.artists if name}))
        place = {name: at for at, name in enumerate(names)}
        return names, np.array([place[name] if name else -1 for name in self.artists], np.intp)


def describe(tracks: Sequence[str], catalog: Catalog, index: VectorIndex, serving: Serving) -> Described:
    """Read what is known of the tracks, a page at a time; those that are gone have nothing."""
    features = np.zeros((len(tracks), AUDIO_DIM + TEXT_DIM), np.float32)
    metadata: list[Metadata] = []
    artists: list[str | None] = []
    for start in range(0, len(tracks), _PAGE):
        page = tracks[start : start + _PAGE]
        points = index.fetch(page, slots=(serving.audio_slot, "text"))
        listed = catalog.get_many(page)
        for row, track_id in enumerate(page, start):
            if track_id in points:
                vectors = points[track_id].vectors
                features[row] = features_of(vectors.get(serving.audio_slot), vectors.get("text"))
            said = listed[track_id].metadata if track_id in listed else _NOTHING
            metadata.append(said)
            artists.append(fold(said.artists[0]) if said.artists else None)
    return Described(content_of(metadata), features, tuple(artists))


def served_vectors(tracks: Sequence[str], index: VectorIndex, slot: str, *, width: int) -> NDArray[np.float32]:
    """Return what a collab slot holds of the tracks, shape (n_tracks, width): trained or predicted, zeros for those that are gone."""
    vectors = np.zeros((len(tracks), width), np.float32)
    for start in range(0, len(tracks), _PAGE):
        page = tracks[start : start + _PAGE]
        points = index.fetch(page, slots=(slot,))
        for row, track_id in enumerate(page, start):
            if track_id in points and slot in points[track_id].vectors:
                vectors[row] = points[track_id].vectors[slot][:width]
    return vectors
