"""Music to fit on: the raw values of tracks, and how they change in crops and poorer copies of the same track."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from embeddings.audio.filterbanks import Filterbanks
from embeddings.audio.hearing import raw_of
from embeddings.errors import Unhearable

STRETCH_SECONDS: Final = 120
COPY_SECONDS: Final = 60
CROP_SECONDS: Final = 30
CROPS: Final = 4
LOW_RATE: Final = 16_000
CODEC_RATE: Final = 44_100
# libsndfile maps this level to 64 kbit/s for 44.1 kHz: 320 - level * (320 - 32)
CODEC_LEVEL: Final = 256 / 288

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """Hold a track's raw values (1472,) and the differences (k, 1472) of its crops and copies from it."""

    raw: Array
    within: Array


def example_of(path: Path, filterbanks: Filterbanks) -> Example | None:
    """Hear ``path`` whole, in crops and in copies; ``None`` if it cannot be heard."""
    try:
        raw = raw_of(path, filterbanks)
    except Unhearable:
        return None
    stretch, rate = _stretch(path)
    # encoding is what costs most here, so copies are made of the first minute alone
    minute = stretch[: COPY_SECONDS * rate]
    base = raw_of(wav_copy(minute, rate), filterbanks)
    copies = [raw_of(copy, filterbanks) - base for copy in (mp3_copy(minute, rate), low_rate_copy(minute, rate))]
    crops = [raw_of(wav_copy(crop, rate), filterbanks) - raw for crop in crops_of(stretch, rate)]
    return Example(raw, np.stack([*copies, *crops]))


def mp3_copy(sound: Array, rate: int) -> io.BytesIO:
    """Return ``sound`` (n, channels) as mp3 at 64 kbit/s."""
    stream = io.BytesIO()
    stereo = soxr.resample(sound[:, :2], rate, CODEC_RATE) if rate != CODEC_RATE else sound[:, :2]
    soundfile.write(stream, stereo, CODEC_RATE, format="MP3", bitrate_mode="CONSTANT", compression_level=CODEC_LEVEL)
    stream.seek(0)
    return stream


def low_rate_copy(sound: Array, rate: int) -> io.BytesIO:
    """Return ``sound`` (n, channels) as WAV at 16 kHz."""
    return wav_copy(soxr.resample(sound, rate, LOW_RATE), LOW_RATE)


def wav_copy(sound: Array, rate: int) -> io.BytesIO:
    """Return ``sound`` (n, channels) as WAV, its samples unchanged."""
    stream = io.BytesIO()
    soundfile.write(stream, sound, rate, format="WAV", subtype="FLOAT")
    stream.seek(0)
    return stream


def crops_of(sound: Array, rate: int) -> list[Array]:
    """Return four crops of 30 s spread over ``sound`` (n, channels); none if it is shorter than two of them."""
    length = CROP_SECONDS * rate
    if len(sound) < 2 * length:
        return []
    starts = np.linspace(0, len(sound) - length, CROPS).astype(int)
    return [sound[start : start + length] for start in starts]


def _stretch(path: Path) -> tuple[Array, int]:
    with soundfile.SoundFile(path) as file:
        length = min(file.frames, STRETCH_SECONDS * file.samplerate)
        file.seek((file.frames - length) // 2)
        return file.read(length, dtype="float32", always_2d=True), file.samplerate
