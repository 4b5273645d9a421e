"""The mel and chroma filterbanks, built by librosa once and carried in the statistics file.

librosa is the field's reference for both, but its first use compiles for seconds in every process; so it works when
statistics are fitted, and hearing only multiplies by what it left.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.sound import BINS, MELS, RATE, TOP_HZ, WINDOW

CHROMA_BINS: Final = 36
# What a bin adds to far pitch classes is dropped, which leaves the bank sparse.
LEAST_CHROMA: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Filterbanks:
    """Hold the matrices that turn a power spectrum into mel bands and pitch classes.

    Attributes
    ----------
    mel
        Shape (96, bins), float32, Slaney's scale and area normalisation.
    chroma
        Shape (36, bins), float32, three bins a semitone from C.
    """

    mel: NDArray[np.float32]
    chroma: NDArray[np.float32]


def build_filterbanks() -> Filterbanks:
    """Build both filterbanks with librosa, cut at the highest bin that is heard."""
    import librosa.filters  # noqa: PLC0415 - compiles for seconds; only fitting needs it

    mel = librosa.filters.mel(sr=RATE, n_fft=WINDOW, n_mels=MELS, fmax=TOP_HZ)
    chroma = librosa.filters.chroma(sr=RATE, n_fft=WINDOW, n_chroma=CHROMA_BINS, base_c=True)
    chroma = np.where(chroma >= LEAST_CHROMA, chroma, 0)
    return Filterbanks(mel[:, :BINS].astype(np.float32), chroma[:, :BINS].astype(np.float32))
