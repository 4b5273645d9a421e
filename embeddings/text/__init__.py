"""What a track is called and how it is described, as one vector of meaning.

Names are loaded when first asked for, so that importing this package costs nothing: onnxruntime and tokenizers come with
``OnnxTextEncoder``, torch with ``SentenceTransformersEncoder``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embeddings.text.encoder import TextEncoder
    from embeddings.text.onnx_encoder import OnnxTextEncoder
    from embeddings.text.reference import SentenceTransformersEncoder
    from embeddings.text.sentence import track_sentence

__all__ = ["OnnxTextEncoder", "SentenceTransformersEncoder", "TextEncoder", "track_sentence"]

_HOMES = {
    "OnnxTextEncoder": "embeddings.text.onnx_encoder",
    "SentenceTransformersEncoder": "embeddings.text.reference",
    "TextEncoder": "embeddings.text.encoder",
    "track_sentence": "embeddings.text.sentence",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
