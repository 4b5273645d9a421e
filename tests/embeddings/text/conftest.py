"""A language model that one can see through: no layers, and one axis of the space for each word."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from embeddings.spaces import TEXT_DIM

WORDS = ("[PAD]", "[UNK]", "piano", "sad", "rap", "nineties")


@dataclass(frozen=True)
class SmallModel:
    """A folder in the layout of sentence-transformers, and the hash of its weights."""

    folder: Path
    sha256: str


@pytest.fixture
def small_model(tmp_path: Path) -> Callable[..., SmallModel]:
    """Write a model whose word vectors are axes scaled by ``scale``, and which has no layers."""

    def write(*, scale: float = 1.0, width: int = TEXT_DIM) -> SmallModel:
        folder = tmp_path / f"model-{scale}-{width}"
        folder.mkdir()
        words = np.zeros((len(WORDS), width), dtype=np.float32)
        np.fill_diagonal(words, scale)
        tensors = {
            "embeddings.word_embeddings.weight": words,
            "embeddings.position_embeddings.weight": np.zeros((512, width), dtype=np.float32),
            "embeddings.token_type_embeddings.weight": np.zeros((2, width), dtype=np.float32),
            "embeddings.LayerNorm.weight": np.ones(width, dtype=np.float32),
            "embeddings.LayerNorm.bias": np.zeros(width, dtype=np.float32),
        }
        weights = safetensors(tensors)
        (folder / "model.safetensors").write_bytes(weights)
        config = {"num_hidden_layers": 0, "num_attention_heads": 12, "hidden_size": width, "layer_norm_eps": 1e-12}
        (folder / "config.json").write_text(json.dumps(config))
        vocabulary = {word: place for place, word in enumerate(WORDS)}
        tokenizer = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [],
            "normalizer": None,
            "pre_tokenizer": {"type": "Whitespace"},
            "post_processor": None,
            "decoder": None,
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
        }
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
        return SmallModel(folder, hashlib.sha256(weights).hexdigest())

    return write


def safetensors(tensors: dict[str, np.ndarray]) -> bytes:
    """Return the bytes of a safetensors file that holds ``tensors`` one after the other."""
    header, body = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + body
