"""Hear a track: its point in the audio space and the attributes a listener understands.

Importing this package costs numpy alone; the libraries that decode and measure sound are loaded when an embedder is made.
"""

from embeddings.audio.attributes import ATTRIBUTES, Attribute
from embeddings.audio.embedder import AudioEmbedder
from embeddings.audio.heard import NEAR_DUPLICATE_COSINE, NEAR_DUPLICATE_MS, RAW_DIM, Heard
from embeddings.audio.sound import RECIPE

__all__ = ["ATTRIBUTES", "NEAR_DUPLICATE_COSINE", "NEAR_DUPLICATE_MS", "RAW_DIM", "RECIPE", "Attribute", "AudioEmbedder", "Heard"]
