"""The language model without torch: onnxruntime and tokenizers, for queries and for whole catalogues."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.errors import ArtefactInvalid
from embeddings.spaces import TEXT_DIM
from embeddings.text.encoder import well_formed
from embeddings.text.graph_cache import load_graph
from embeddings.text.model_folder import MAX_TOKENS, MODEL, WEIGHTS_SHA256, ModelFolder, open_model
from embeddings.text.padding import batches_by_length, padded


class OnnxTextEncoder:
    """Encode sentences with onnxruntime; safe to share between threads.

    The vectors of a sentence in two batches of different shape agree to about 1e-6: sums are taken in another order.

    Parameters
    ----------
    weights
        Folder with ``model.safetensors``, ``tokenizer.json`` and ``config.json``; the installed package's by default.
    cache
        Folder where the network's graph, some 27 kB, is kept between processes; without it the graph is written at every load.
    threads
        Threads of one call; 0 takes every core.
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
        self,
        weights: Path | None = None,
        *,
        cache: Path | None = None,
        threads: int = 0,
        batch_size: int = 32,
        sha256: str | None = WEIGHTS_SHA256,
        name: str = MODEL,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        model = open_model(weights, sha256=sha256, name=name)
        self.version = model.version
        self._batch_size = batch_size
        self._tokenizer = _open_tokenizer(model)
        self._session = _open_session(load_graph(model, cache=cache), model.weights.parent, threads)
        width = self._session.get_outputs()[0].shape[1]
        if width != TEXT_DIM:
            raise ArtefactInvalid(f"{model.path} makes vectors of {width} numbers, but the text space has {TEXT_DIM}")

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a sentence, shape (n, 384), in the order given."""
        encodings = self._tokenizer.encode_batch_fast([well_formed(sentence) for sentence in sentences])
        tokens = [encoding.ids for encoding in encodings]
        vectors = np.empty((len(tokens), TEXT_DIM), dtype=np.float32)
        for places in batches_by_length([len(ids) for ids in tokens], size=self._batch_size):
            ids, mask = padded([tokens[place] for place in places])
            vectors[places] = cast("NDArray[np.float32]", self._session.run(["vectors"], {"ids": ids, "mask": mask})[0])
        return vectors


def _open_tokenizer(model: ModelFolder) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_buffer(model.tokenizer.read_bytes())
    except (OSError, ValueError) as error:
        raise ArtefactInvalid(f"{model.tokenizer} cannot be read: {error}") from error
    # The file asks for 128 tokens a sentence, always; the model takes more and the batch decides the padding.
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=MAX_TOKENS)
    return tokenizer


def _open_session(graph: bytes, weights_folder: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin between two calls would take the cores from the requests beside them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(weights_folder))
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
