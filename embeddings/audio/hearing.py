"""Hear one source from its first byte to its vector."""

from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.decode import Decoded, decode
from embeddings.audio.filterbanks import Filterbanks
from embeddings.audio.frames import Frames, frames_of
from embeddings.audio.heard import Heard
from embeddings.audio.pooling import pool
from embeddings.audio.qualities import attributes_of
from embeddings.audio.sound import WINDOW
from embeddings.audio.statistics import Statistics


def hear(source: Path | BinaryIO, statistics: Statistics, version: str) -> Heard:
    """Return what is heard of ``source``.

    Raises
    ------
    Unhearable
        If it cannot be heard, with a code and a reason.
    """
    decoded, parts = listen(source, statistics.filterbanks)
    raw = pool(parts)
    return Heard(
        vector=statistics.project(raw[None])[0],
        raw=raw,
        attributes=attributes_of(decoded, parts),
        duration_ms=round(1000 * decoded.frames / decoded.sample_rate),
        content_hash=decoded.content_hash,
        sample_rate=decoded.sample_rate,
        channels=decoded.channels,
        version=version,
    )


def raw_of(source: Path | BinaryIO, filterbanks: Filterbanks) -> NDArray[np.float32]:
    """Return the raw values (1472,) of ``source``, for fitting.

    Raises
    ------
    Unhearable
        As in ``hear``.
    """
    _, parts = listen(source, filterbanks)
    return pool(parts)


def listen(source: Path | BinaryIO, filterbanks: Filterbanks) -> tuple[Decoded, list[Frames]]:
    """Decode ``source`` and read it frame by frame, one ``Frames`` an excerpt."""
    decoded = decode(source)
    return decoded, [frames_of(part, filterbanks) for part in decoded.excerpts if len(part) >= WINDOW]
