"""The statistics of an extractor: from raw pooled values to points of the audio space, and the file that carries them."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.families import FAMILIES
from embeddings.audio.filterbanks import CHROMA_BINS, Filterbanks
from embeddings.audio.heard import RAW_DIM
from embeddings.audio.sound import BINS, MELS, RECIPE
from embeddings.errors import ArtefactInvalid
from embeddings.spaces import AUDIO_DIM

COMPONENTS: Final = AUDIO_DIM // len(FAMILIES)
CLIP: Final = 4.0
SHIPPED: Final = Path(__file__).parent / "statistics.npz"

Array = NDArray[np.float32]
_Float = TypeVar("_Float", np.float32, np.float64)


@dataclass(frozen=True)
class Statistics:
    """Hold what was learned of raw values, without labels, and the filterbanks they were made with.

    Attributes
    ----------
    mean, deviation
        Shape (1472,): of each raw value over the tracks.
    bases
        Shape (1472, 16): per family the principal components, scaled by spread and weight.
    whitening
        Shape (144, 144): shrinks the directions in which one track differs from its own crops and copies.
    within
        Shape (r, 1472), in deviations: a low-rank root of the covariance of those differences, for refitting.
    filterbanks
        Mel and chroma.
    note
        JSON: what this was fitted on, and when.
    """

    mean: Array
    deviation: Array
    bases: Array
    whitening: Array
    within: Array
    filterbanks: Filterbanks
    note: str

    @cached_property
    def matrix(self) -> Array:
        """Shape (1472, 144): families side by side, whitened."""
        spread = np.zeros((RAW_DIM, AUDIO_DIM), dtype=np.float32)
        for index, family in enumerate(FAMILIES):
            spread[family.place, index * COMPONENTS : (index + 1) * COMPONENTS] = self.bases[family.place]
        return _product(spread, self.whitening)

    def project(self, raw: Array) -> Array:
        """Return unit vectors (n, 144) of raw values (n, 1472)."""
        points = _product(standardised(raw, self.mean, self.deviation), self.matrix)
        return np.asarray(points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def standardised(raw: NDArray[_Float], mean: NDArray[_Float], deviation: NDArray[_Float]) -> NDArray[_Float]:
    """Return raw values in deviations from the mean, clipped to four."""
    return np.asarray(np.clip((raw - mean) / deviation, -CLIP, CLIP), dtype=raw.dtype)


def _product(left: Array, right: Array) -> Array:
    # einsum adds in one order whatever the count of rows and threads, so that a projection repeats to the last bit
    return np.asarray(np.einsum("nr,rd->nd", left, right), dtype=np.float32)


def to_bytes(statistics: Statistics) -> bytes:
    """Return the content of a statistics file: equal statistics give equal bytes."""
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        mean=statistics.mean,
        deviation=statistics.deviation,
        bases=statistics.bases,
        whitening=statistics.whitening,
        within=statistics.within.astype(np.float16),
        mel=statistics.filterbanks.mel,
        chroma=statistics.filterbanks.chroma,
        note=np.array(statistics.note),
    )
    return stream.getvalue()


def from_bytes(content: bytes, name: str) -> Statistics:
    """Read the content of a statistics file called ``name``.

    Raises
    ------
    ArtefactInvalid
        If it is no statistics file of this recipe, or holds values that are no finite numbers.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            found = {key: arrays[key] for key in arrays.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ArtefactInvalid(f"{name}: not a statistics file ({error})") from error
    _check(found, name)
    figures = {key: value.astype(np.float32) for key, value in found.items() if key != "note"}
    banks = Filterbanks(figures.pop("mel"), figures.pop("chroma"))
    return Statistics(**figures, filterbanks=banks, note=str(found["note"]))


def read(path: Path) -> tuple[Statistics, str]:
    """Read a statistics file; return it with its version: twelve hex digits of its content and the recipe's number.

    Raises
    ------
    ArtefactInvalid
        If the file cannot be read or is not what it should be.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ArtefactInvalid(f"{path}: {error.strerror}") from error
    return from_bytes(content, str(path)), version_of(content)


def version_of(content: bytes) -> str:
    """Return the version of an extractor whose statistics file has this content."""
    return hashlib.sha256(content + f" recipe {RECIPE}".encode()).hexdigest()[:12]


_SHAPES: Final = {
    "mean": (RAW_DIM,),
    "deviation": (RAW_DIM,),
    "bases": (RAW_DIM, COMPONENTS),
    "whitening": (AUDIO_DIM, AUDIO_DIM),
    "within": (None, RAW_DIM),
    "mel": (MELS, BINS),
    "chroma": (CHROMA_BINS, BINS),
    "note": (),
}


def _check(found: dict[str, NDArray[np.generic]], name: str) -> None:
    if found.keys() != _SHAPES.keys():
        raise ArtefactInvalid(f"{name}: holds {sorted(found)}, not {sorted(_SHAPES)}")
    for key, shape in _SHAPES.items():
        got = found[key].shape
        if len(got) != len(shape) or any(want not in (None, size) for want, size in zip(shape, got, strict=True)):
            raise ArtefactInvalid(f"{name}: {key} has shape {got}, not {shape}")
        if key != "note" and not (found[key].dtype.kind == "f" and np.isfinite(found[key].astype(np.float64)).all()):
            raise ArtefactInvalid(f"{name}: {key} holds values that are no finite numbers")
    if not (found["deviation"].astype(np.float64) > 0).all():
        raise ArtefactInvalid(f"{name}: deviation holds values that are not above zero")
