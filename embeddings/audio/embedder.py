"""The audio embedder: a statistics file, its version, and what it makes of sound."""

from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.heard import Heard
from embeddings.audio.statistics import SHIPPED, read


class AudioEmbedder:
    """Turn sound into points of the audio space.

    Raises
    ------
    ArtefactInvalid
        If the statistics file is missing or altered.
    """

    def __init__(self, statistics: Path | None = None) -> None:
        self._statistics, self._version = read(statistics or SHIPPED)

    @property
    def version(self) -> str:
        """Twelve hex digits of the statistics and the recipe: vectors of two versions are never compared."""
        return self._version

    @property
    def fitted_on(self) -> str:
        """What the statistics were fitted on, as JSON."""
        return self._statistics.note

    def hear(self, source: Path | BinaryIO) -> Heard:
        """Return what is heard of an audio file, the same bits for the same bytes.

        Raises
        ------
        Unhearable
            If it is no audio, empty, truncated, silent, shorter than a second or not finite.
        """
        from embeddings.audio.hearing import hear  # noqa: PLC0415 - decoding libraries stay out of functions that only name tracks

        return hear(source, self._statistics, self._version)

    def project(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return unit vectors (n, 144) of raw values (n, 1472) heard by any version of the same recipe."""
        return self._statistics.project(raw)
