"""Read the parts of an audio file that are heard, in bounded memory, and refuse what cannot be heard."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from embeddings.audio.promise import USABLE_SHARE, broken_promise
from embeddings.audio.sound import LEVEL, RATE
from embeddings.errors import Unhearable

EXCERPTS: Final = 12
EXCERPT_SECONDS: Final = 10
FIRST, LAST = 0.03, 0.97
# Rates between which a header is believed: below, nothing of music is left, and above, no recorder goes.
SLOWEST, FASTEST = 1_000, 1_000_000
BLOCK_VALUES: Final = 2**20
SILENCE_RMS: Final = 1e-4
# Below this share of the channels' power the mean has cancelled them (one channel inverted), and one channel tells more.
CANCELLED: Final = 1e-3
# A block's summed squares stay below this unless samples are infinite, not numbers, or so large that sums of them would be.
UNHEARD_OF: Final = 1e60


@dataclass(frozen=True, slots=True)
class Decoded:
    """Hold what is heard of a file.

    Attributes
    ----------
    excerpts
        Mono at 22,050 Hz, float32, together at an RMS of 0.1.
    gain
        Factor from the excerpts to the power of all channels at the file's own level.
    frames, sample_rate, channels
        Length in samples a channel, rate in Hz and channel count of the file.
    content_hash
        sha256 (hex) of the samples heard and of the three figures above.
    """

    excerpts: tuple[NDArray[np.float32], ...]
    gain: float
    frames: int
    sample_rate: int
    channels: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class _Heard:
    excerpts: tuple[NDArray[np.float32], ...]
    channel_power: float
    content_hash: str

    @property
    def mono_power(self) -> float:
        return float(np.mean([np.mean(np.square(part, dtype=np.float64)) for part in self.excerpts]))


class _ShortError(Exception):
    """A file ends before its header says."""


def decode(source: Path | BinaryIO) -> Decoded:
    """Decode what is heard of ``source``: all of it up to two minutes, else twelve excerpts of ten seconds.

    A file of which at least nine tenths of the promised length can be decoded is heard at the length it has; less is truncated.

    Raises
    ------
    Unhearable
        ``not_audio``, ``empty``, ``truncated``, ``too_short``, ``silent`` or ``not_finite``.
    """
    with _open(source) as file:
        promised, rate, channels = file.frames, file.samplerate, file.channels
    if not SLOWEST <= rate <= FASTEST:
        raise Unhearable("not_audio", f"the header tells of {rate} samples a second; music has {SLOWEST} to {FASTEST}")
    if missing := broken_promise(source):
        raise Unhearable("truncated", missing)
    try:
        return _level(_hear(source, promised), promised, rate, channels)
    except _ShortError:
        readable = _readable(source)
    if readable < USABLE_SHARE * promised:
        raise Unhearable("truncated", f"only {readable / rate:.1f} s of the promised {promised / rate:.1f} s can be decoded")
    try:
        return _level(_hear(source, readable), readable, rate, channels)
    except _ShortError as error:
        raise Unhearable("truncated", f"decoding breaks off within {readable / rate:.1f} s") from error


def _open(source: Path | BinaryIO) -> Any:
    if _size(source) == 0:
        raise Unhearable("empty", "the file has no bytes")
    try:
        return soundfile.SoundFile(source)
    except soundfile.LibsndfileError as error:
        # libsndfile says of text and of empty files alike that they do not exist, so its own words are left out.
        raise Unhearable("not_audio", "This is no audio that can be decoded.") from error
    except TypeError as error:  # a name ending in .raw makes soundfile ask for a rate and channels
        raise Unhearable("not_audio", "headerless samples say neither rate nor channels") from error


def _size(source: Path | BinaryIO) -> int:
    if isinstance(source, Path):
        return source.stat().st_size
    size = source.seek(0, 2)
    source.seek(0)
    return size


def _hear(source: Path | BinaryIO, frames: int) -> _Heard:
    with _open(source) as file:
        if frames == 0:
            raise Unhearable("empty", "the file holds no samples")
        if frames < file.samplerate:
            raise Unhearable("too_short", f"{frames / file.samplerate:.2f} s of sound; at least 1 s is needed")
        heard = _read(file, frames, mix=True)
        cancelled = file.channels > 1 and heard.mono_power < CANCELLED * heard.channel_power / file.channels
        return _read(file, frames, mix=False) if cancelled else heard


def _read(file: Any, frames: int, *, mix: bool) -> _Heard:
    digest = hashlib.sha256(f"{file.samplerate} {file.channels} {frames}".encode())
    excerpts, power, count = [], 0.0, 0
    for start, length in _plan(frames, file.samplerate):
        resampler = soxr.ResampleStream(file.samplerate, RATE, 1, dtype="float32", quality="MQ")
        chunks = []
        for block, is_last in _blocks(file, start, length):
            digest.update(block.data)
            power += _power(block)
            count += len(block)
            chunks.append(resampler.resample_chunk(_mono(block, mix=mix), last=is_last))
        excerpts.append(_centred(np.concatenate(chunks)))
    return _Heard(tuple(excerpts), power / count, digest.hexdigest())


def _plan(frames: int, rate: int) -> list[tuple[int, int]]:
    length = EXCERPT_SECONDS * rate
    if frames <= EXCERPTS * length:
        return [(0, frames)]
    first, last = int(FIRST * frames), int(LAST * frames) - length
    return [(first + (last - first) * index // (EXCERPTS - 1), length) for index in range(EXCERPTS)]


def _blocks(file: Any, start: int, length: int) -> Iterator[tuple[NDArray[np.float32], bool]]:
    step = max(1, BLOCK_VALUES // file.channels)
    try:
        if file.seekable():
            file.seek(start)
        elif start:  # GSM 6.10 and the like can only be read from their start on
            raise Unhearable("not_audio", "sound in this encoding cannot be read from its middle, and it is too long to be heard whole")
        for offset in range(0, length, step):
            wanted = min(step, length - offset)
            block = file.read(wanted, dtype="float32", always_2d=True)
            if len(block) < wanted:
                raise _ShortError
            yield block, offset + wanted == length
    except soundfile.LibsndfileError as error:
        raise _ShortError from error


def _power(block: NDArray[np.float32]) -> float:
    power = float(np.einsum("ij,ij->", block, block, dtype=np.float64))
    if not power < UNHEARD_OF:
        raise Unhearable("not_finite", "the samples hold values that are no finite numbers")
    return power


def _mono(block: NDArray[np.float32], *, mix: bool) -> NDArray[np.float32]:
    mono = block[:, 0].copy()
    if mix and block.shape[1] > 1:
        # numpy's mean over so short an axis is many times slower
        for channel in range(1, block.shape[1]):
            mono += block[:, channel]
        mono /= np.float32(block.shape[1])
    return mono


def _centred(part: NDArray[np.float32]) -> NDArray[np.float32]:
    return part - np.float32(part.mean(dtype=np.float64))


def _readable(source: Path | BinaryIO) -> int:
    with _open(source) as file:
        # A block in which decoding fails is lost whole, so the blocks are small.
        step, total = max(1, min(file.samplerate // 10, BLOCK_VALUES // file.channels)), 0
        try:
            while got := len(file.read(step, dtype="float32", always_2d=True)):
                total += got
        except soundfile.LibsndfileError:
            return total
        return total


def _level(heard: _Heard, frames: int, rate: int, channels: int) -> Decoded:
    rms = float(np.sqrt(heard.mono_power))
    if rms < SILENCE_RMS:
        raise Unhearable("silent", f"The track is silent: its level is {20 * np.log10(max(rms, 1e-10)):.0f} dB of full scale.")
    scaled = tuple((part * np.float64(LEVEL / rms)).astype(np.float32) for part in heard.excerpts)
    gain = float(np.sqrt(heard.channel_power)) / LEVEL
    return Decoded(scaled, gain, frames, rate, channels, heard.content_hash)
