"""The reader that is configured, loaded with the first sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ArtefactInvalid
from infra.lazy import lazily
from recommender.errors import Unavailable

if TYPE_CHECKING:
    from embeddings.text import TextEncoder


@dataclass(frozen=True, slots=True)
class TextModel:
    """Which language model reads.

    Attributes
    ----------
    name
        Its id, as a hub has it or without the owner; the installed package's by default.
    folder
        Where it lies: the model's own folder, or a hub's cache of many.
    revision
        Which of the revisions in a hub's cache.
    sha256
        Hash that its weights must have, where it is not the installed one.
    """

    name: str
    folder: Path | None = None
    revision: str | None = None
    sha256: str | None = None


class LazyReader:
    """Read sentences with ONNX Runtime or with sentence-transformers; see ``recommender.ports.embedders.Reader``.

    A model that is missing, altered or of another width is ``Unavailable`` with what is wrong with it.
    """

    def __init__(self, encoder: str, *, model: TextModel, cache: Path | None, threads: int = 0) -> None:
        self._encoder_name = encoder
        self._model = model
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
        try:
            return self._loaded()
        except ArtefactInvalid as error:
            raise Unavailable(f"the language model cannot be used: {error}", code="text_model") from error

    def _loaded(self) -> "TextEncoder":
        from embeddings.text.model_folder import expected_sha256, located  # noqa: PLC0415 - light, but nothing reads before this

        name, folder = self._model.name, self._model.folder
        if folder is None and expected_sha256(name) is None:
            raise ArtefactInvalid(f"{name} is not the installed model: say where it lies (TEXT_MODEL_FOLDER)")
        weights = located(folder, name=name, revision=self._model.revision) if folder is not None else None
        sha256 = self._model.sha256 or expected_sha256(name)
        if self._encoder_name == "sentence-transformers":
            from embeddings.text import SentenceTransformersEncoder  # noqa: PLC0415 - loads torch

            return SentenceTransformersEncoder(weights, sha256=sha256, name=name)
        from embeddings.text import OnnxTextEncoder  # noqa: PLC0415 - loads onnxruntime

        return OnnxTextEncoder(weights, cache=self._cache, threads=self._threads, sha256=sha256, name=name)
