"""The reader that is configured, loaded with the first sentence."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from infra.lazy import lazily

if TYPE_CHECKING:
    from embeddings.text import TextEncoder


class LazyReader:
    """Read sentences with ONNX Runtime or with sentence-transformers; see ``recommender.ports.embedders.Reader``."""

    def __init__(self, encoder: str, *, cache: Path | None, threads: int = 0) -> None:
        self._encoder_name = encoder
        self._cache = cache
        self._threads = threads

    @property
    def version(self) -> str:
        """The model that every vector of this reader carries."""
        return self._encoder.version

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors of shape (n, 384), in the order given."""
        return self._encoder.encode(sentences)

    @lazily
    def _encoder(self) -> "TextEncoder":
        if self._encoder_name == "sentence-transformers":
            from embeddings.text import SentenceTransformersEncoder  # noqa: PLC0415 - loads torch

            return SentenceTransformersEncoder()
        from embeddings.text import OnnxTextEncoder  # noqa: PLC0415 - loads onnxruntime

        return OnnxTextEncoder(cache=self._cache, threads=self._threads)
