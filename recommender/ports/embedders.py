"""The embedders as the domain sees them: they may run in this process, in a worker pool or elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.audio import Heard


class Hearer(Protocol):
    """Turn an audio file into its vector, attributes and hashes."""

    @property
    def version(self) -> str:
        """The extractor version that every vector of this hearer carries."""
        ...

    @property
    def statistics(self) -> bytes:
        """The content of the statistics file of that version."""
        ...

    def hear(self, path: Path) -> Heard:
        """Hear one file.

        Raises
        ------
        Unhearable
            If it can never be heard, with the reason (``embeddings.errors``).
        Unavailable
            If the worker died or is out of reach; the same file may succeed later.
        """
        ...


class Reader(Protocol):
    """Turn sentences into text vectors."""

    @property
    def version(self) -> str:
        """The model that every vector of this reader carries."""
        ...

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors of shape (n, 384), in the order given."""
        ...
