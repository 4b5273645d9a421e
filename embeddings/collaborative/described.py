"""Words and popularity as features: latent semantic analysis of what is said of tracks, learned once and kept with a model version."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.content import Content
from embeddings.collaborative.decomposition import leading
from embeddings.collaborative.folding import Arrays
from embeddings.errors import ArtefactInvalid

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]

# A word of one track alone says nothing of another.
_FEWEST_TRACKS: Final = 2
_MOST_WORDS: Final = 20_000
# How widely a track is known is one number beside some hundred: at this size a ridge does not hold it back.
_LOUD: Final = 6.0
# So many of the directions are told with popularity as well.
_CROSSED: Final = 256


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The words that a training knew and what each says.

    Attributes
    ----------
    columns
        Word to row of ``directions``.
    rarity
        Shape (n_words,), inverse document frequency.
    directions
        Shape (n_words, k), the leading directions of the weighted words (Deerwester et al., "Indexing by latent semantic analysis",
        JASIS 1990).
    """

    columns: Mapping[str, int]
    rarity: Floats
    directions: Floats

    @property
    def width(self) -> int:
        """Number of features of a track."""
        directions = int(self.directions.shape[1])
        return directions + min(directions, _CROSSED) + 3

    def features(self, content: Content) -> Floats:
        """Return what a linear map reads of each track, shape (n, width); zeros for one of which nothing is said.

        Beside the directions: the number of words, popularity and its square, and popularity times each of the leading directions,
        because being widely known says another thing of each kind of music.
        """
        said = np.array([self._direction(words) for words in content.words], np.float32)
        said = said.reshape(len(content.words), self.directions.shape[1])
        counts = np.log1p([len(words) for words in content.words]).reshape(-1, 1)
        known = np.asarray(content.popularity if len(content.popularity) else np.zeros(len(said)), np.float64).reshape(-1, 1) / 100.0
        told = np.hstack([said, known * said[:, :_CROSSED], counts, _LOUD * known, _LOUD * known**2])
        return np.asarray(told, np.float32)

    def led_by(self, dim: int) -> "Vocabulary":
        """Return the same words with the first ``dim`` directions alone."""
        return Vocabulary(self.columns, self.rarity, self.directions[:, :dim])

    def to_arrays(self) -> Arrays:
        """Return plain arrays that an ``.npz`` file keeps without pickle."""
        return {"words": np.array(json.dumps(list(self.columns))), "rarity": self.rarity, "directions": self.directions}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Vocabulary":
        """Make a vocabulary from what ``to_arrays`` returned.

        Raises
        ------
        ArtefactInvalid
            If an array is missing, or the arrays do not belong together.
        """
        try:
            words = json.loads(str(arrays["words"]))
            rarity, directions = (arrays[name].astype(np.float32) for name in ("rarity", "directions"))
        except KeyError as missing:
            raise ArtefactInvalid(f"The vocabulary has no array {missing}.") from missing
        if not len(words) == len(rarity) == len(directions):
            raise ArtefactInvalid(f"{len(words)} words do not fit {len(rarity)} weights and {len(directions)} directions.")
        return cls({word: at for at, word in enumerate(words)}, rarity, directions)

    def _direction(self, words: Mapping[str, float]) -> Floats:
        columns = [self.columns[word] for word in words if word in self.columns]
        weights = np.array([weight for word, weight in words.items() if word in self.columns], np.float32) * self.rarity[columns]
        length = float(np.linalg.norm(weights))
        if not length > 0.0:
            return np.zeros(self.directions.shape[1], np.float32)
        return np.asarray(weights / length @ self.directions[columns], np.float32)


def learn_vocabulary(words: Sequence[Mapping[str, float]], *, dim: int = 256, seed: int = 0) -> Vocabulary:
    """Learn the words of at least two tracks, the commonest 20,000 of them, and their leading directions, at most ``dim``."""
    carriers: dict[str, int] = {}
    for said in words:
        for word in said:
            carriers[word] = carriers.get(word, 0) + 1
    kept = sorted((word for word, count in carriers.items() if count >= _FEWEST_TRACKS), key=lambda word: (-carriers[word], word))
    columns = {word: at for at, word in enumerate(kept[:_MOST_WORDS])}
    described = sum(1 for said in words if said)
    rarity = np.log(described / np.array([carriers[word] for word in columns], np.float64)).astype(np.float32)
    matrix = _unit_rows(words, columns, rarity)
    if not matrix.count_nonzero():
        return Vocabulary({}, np.empty(0, np.float32), np.empty((0, 0), np.float32))
    _, directions = leading(matrix, min(dim, *matrix.shape), seed)
    return Vocabulary(columns, rarity, directions.astype(np.float32))


def _unit_rows(words: Sequence[Mapping[str, float]], columns: Mapping[str, int], rarity: Floats) -> "csr_matrix":
    from scipy.sparse import csr_matrix, diags_array  # noqa: PLC0415 - only training needs scipy, which takes a third of a second

    entries = [
        (row, columns[word], weight * rarity[columns[word]])
        for row, said in enumerate(words)
        for word, weight in said.items()
        if word in columns
    ]
    rows, places, weights = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csr_matrix((np.array(weights, np.float64), (rows, places)), shape=(len(words), len(columns)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (diags_array(1.0 / np.where(lengths > 0.0, lengths, 1.0)) @ matrix).tocsr()
