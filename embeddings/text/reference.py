"""The language model as its authors publish it, through sentence-transformers and torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from embeddings.errors import ArtefactInvalid
from embeddings.spaces import TEXT_DIM
from embeddings.text.encoder import well_formed
from embeddings.text.model_folder import MAX_TOKENS, MODEL, WEIGHTS_SHA256, open_model


class SentenceTransformersEncoder:
    """Encode sentences with the reference implementation, from local files only.

    Parameters
    ----------
    weights
        Folder in the layout of sentence-transformers; the installed package's by default.
    batch_size
        Sentences that are encoded together.
    sha256
        Hash that the weights must have, for a model of one's own; ``None`` takes them as they are.
    name
        That model's name.

    Raises
    ------
    ArtefactInvalid
        If the model is missing, altered or of another width than the text space.
    """

    def __init__(
        self, weights: Path | None = None, *, batch_size: int = 32, sha256: str | None = WEIGHTS_SHA256, name: str = MODEL
    ) -> None:
        model = open_model(weights, sha256=sha256, name=name)
        self.version = model.version
        self._batch_size = batch_size
        self._model = SentenceTransformer(str(model.path), device="cpu", local_files_only=True)
        self._model.max_seq_length = MAX_TOKENS
        width = self._model.get_embedding_dimension()
        if width != TEXT_DIM:
            raise ArtefactInvalid(f"{model.path} makes vectors of {width} numbers, but the text space has {TEXT_DIM}")

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a sentence, shape (n, 384), in the order given."""
        if not sentences:
            return np.empty((0, TEXT_DIM), dtype=np.float32)
        vectors = self._model.encode(
            [well_formed(sentence) for sentence in sentences],
            batch_size=self._batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)
