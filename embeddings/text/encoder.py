"""What every text encoder promises: sentences in, unit vectors out, under a version that names the weights."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class TextEncoder(Protocol):
    """Turn sentences into points of the text space.

    A catalogue is encoded in calls of some hundred sentences: one call sorts its sentences by length, so that little is
    spent on padding, and the caller shows progress and stores what it has between calls.
    """

    @property
    def version(self) -> str:
        """Name the weights; vectors of different versions are never compared."""
        ...

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a sentence, shape (n, 384), in the order given; no sentence gives shape (0, 384)."""
        ...


def well_formed(sentence: str) -> str:
    """Replace lone surrogates, which JSON can carry and no tokenizer accepts, by question marks."""
    return sentence.encode("utf-8", "replace").decode("utf-8")
