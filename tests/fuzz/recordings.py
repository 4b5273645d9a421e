"""One sound in every container and encoding that is heard, and ways to damage it."""

import io
import struct
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import soundfile

RATE: Final = 16_000
SECONDS: Final = 3

FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "wav": ("WAV", "PCM_16"),
    "wav-float": ("WAV", "FLOAT"),
    "wav-alaw": ("WAV", "ALAW"),
    "wav-adpcm": ("WAV", "MS_ADPCM"),
    "wav-gsm": ("WAV", "GSM610"),
    "wavex": ("WAVEX", "PCM_24"),
    "rf64": ("RF64", "PCM_16"),
    "w64": ("W64", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg-vorbis": ("OGG", "VORBIS"),
    "ogg-opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "aiff": ("AIFF", "PCM_16"),
    "caf": ("CAF", "PCM_16"),
    "caf-alac": ("CAF", "ALAC_16"),
    "au": ("AU", "PCM_16"),
    "voc": ("VOC", "PCM_16"),
}


def recording(name: str, *, seconds: float = SECONDS, loudness: float = 0.4) -> bytes:
    """Return a chord in a format."""
    time = np.arange(int(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220.0, 277.2, 329.6)) / 3
    container, encoding = FORMATS[name]
    file = io.BytesIO()
    soundfile.write(file, (loudness * chord).astype(np.float32), RATE, format=container, subtype=encoding)
    return file.getvalue()


def truncated(whole: bytes, rng: np.random.Generator) -> bytes:
    """Cut the end off."""
    return whole[: int(rng.integers(0, len(whole)))]


def flipped(whole: bytes, rng: np.random.Generator) -> bytes:
    """Turn single bits over, one to some hundreds."""
    damaged = np.frombuffer(whole, np.uint8).copy()
    places = rng.integers(0, len(damaged), int(10 ** rng.uniform(0, 2.5)))
    damaged[places] ^= np.left_shift(1, rng.integers(0, 8, len(places))).astype(np.uint8)
    return damaged.tobytes()


def misheaded(whole: bytes, rng: np.random.Generator) -> bytes:
    """Write nonsense and extremes over the first bytes, where rates, channels and sizes stand."""
    damaged = bytearray(whole)
    for _ in range(int(rng.integers(1, 5))):
        extreme = (0, 1, 0x7F, 0xFF, 0x80, int(rng.integers(0, 256)))[int(rng.integers(0, 6))]
        width, place = int(rng.integers(1, 9)), int(rng.integers(4, min(128, len(whole))))
        damaged[place : place + width] = bytes([extreme]) * width
    return bytes(damaged)


def spliced(whole: bytes, rng: np.random.Generator) -> bytes:
    """Leave a piece out, or put one in twice."""
    one, other = sorted(int(place) for place in rng.integers(0, len(whole), 2))
    return whole[:one] + whole[other:] if rng.random() < 0.5 else whole[:other] + whole[one:]


def strewn(whole: bytes, rng: np.random.Generator) -> bytes:
    """Write noise over a stretch."""
    place, length = int(rng.integers(0, len(whole))), int(rng.integers(1, 1 + len(whole) // 4))
    return whole[:place] + rng.bytes(min(length, len(whole) - place)) + whole[place + length :]


DAMAGES: Final[Mapping[str, Callable[[bytes, np.random.Generator], bytes]]] = {
    "truncated": truncated,
    "bits flipped": flipped,
    "header mangled": misheaded,
    "spliced": spliced,
    "noise": strewn,
}


def wav(content: bytes, *, rate: int = RATE, channels: int = 1, bits: int = 16, encoding: int = 1, claimed: int | None = None) -> bytes:
    """Return a WAV file whose header says whatever it is told to."""
    size = len(content) if claimed is None else claimed
    align = channels * bits // 8
    head = struct.pack("<HHIIHH", encoding, channels & 0xFFFF, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    return (
        b"RIFF"
        + struct.pack("<I", min(0xFFFFFFFF, 36 + size))
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + head
        + b"data"
        + struct.pack("<I", size)
        + content
    )
