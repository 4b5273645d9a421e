"""Ears and eyes one can follow: a file says at which angle it sounds, a sentence is the count of its words."""

import functools
import hashlib
import math
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.audio import ATTRIBUTES, Heard
from embeddings.audio.families import FAMILIES
from embeddings.audio.filterbanks import CHROMA_BINS, Filterbanks
from embeddings.audio.heard import RAW_DIM
from embeddings.audio.sound import BINS, MELS
from embeddings.audio.statistics import COMPONENTS, Statistics, to_bytes
from embeddings.errors import Unhearable
from embeddings.spaces import AUDIO_DIM, TEXT_DIM
from recommender.tracks import Metadata

DURATION_MS = 200_000


class FakeHearer:
    """Hear ``CONTAINER:DEGREES``, such as ``flac:30``: the sound is that angle, whatever it is packed in.

    Its length is a second a degree more than ``DURATION_MS``, so that ``flac:30.4`` is a near-duplicate of ``flac:30``; another
    length is said in seconds, such as ``flac:30/180``.

    Parameters
    ----------
    turned
        Degrees by which the ear's statistics turn what is heard, so that one sees of which version a vector is.
    """

    def __init__(self, version: str = "ear-1", *, turned: float = 0) -> None:
        self.version = version
        self.turned = turned

    @property
    def statistics(self) -> bytes:
        return statistics_of(self.turned)

    def hear(self, path: Path) -> Heard:
        container, _, sound = path.read_text(encoding="utf-8", errors="replace").partition(":")
        try:
            angle, _, seconds = sound.partition("/")
            degrees = float(angle)
            duration_ms = round(1000 * float(seconds)) if seconds else DURATION_MS + round(1000 * degrees)
        except ValueError:
            raise Unhearable("not_audio", f"{container!r} holds no sound.") from None
        vector = np.zeros(AUDIO_DIM, np.float32)
        vector[:2] = math.cos(math.radians(degrees + self.turned)), math.sin(math.radians(degrees + self.turned))
        return Heard(
            vector=vector,
            raw=raw_of(degrees),
            attributes={attribute.name: 0.5 for attribute in ATTRIBUTES} | {"tempo": 120.0, "key": 0.0, "mode": 1.0},
            duration_ms=duration_ms,
            content_hash=hashlib.sha256(sound.encode()).hexdigest(),
            sample_rate=44_100,
            channels=2,
            version=self.version,
        )


def raw_of(degrees: float) -> NDArray[np.float32]:
    """Return raw values of which each family begins with the angle's cosine and sine, and the rest is zero."""
    raw = np.zeros(RAW_DIM, np.float32)
    for family in FAMILIES:
        raw[family.start : family.start + 2] = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return raw


@functools.cache
def statistics_of(turned: float) -> bytes:
    """Return a statistics file that takes the angle from the first family and turns it by so many degrees."""
    bases = np.zeros((RAW_DIM, COMPONENTS), np.float32)
    bases[0, 0] = bases[1, 1] = 1.0
    cosine, sine = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    whitening = np.eye(AUDIO_DIM, dtype=np.float32)
    whitening[:2, :2] = [[cosine, sine], [-sine, cosine]]
    filterbanks = Filterbanks(np.zeros((MELS, BINS), np.float32), np.zeros((CHROMA_BINS, BINS), np.float32))
    return to_bytes(
        Statistics(
            mean=np.zeros(RAW_DIM, np.float32),
            deviation=np.ones(RAW_DIM, np.float32),
            bases=bases,
            whitening=whitening,
            within=np.eye(2, RAW_DIM, dtype=np.float32),
            filterbanks=filterbanks,
            note="{}",
        )
    )


class FakeReader:
    """Count words: each has its coordinate, so that two sentences are as alike as they share words."""

    def __init__(self, version: str = "words-1") -> None:
        self.version = version

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(sentences), TEXT_DIM), np.float32)
        # A sentence without words has a direction too.
        rows[:, -1] = 0.01
        for row, sentence in zip(rows, sentences, strict=True):
            for word in sentence.casefold().replace(",", " ").replace(":", " ").split():
                row[zlib.crc32(word.encode()) % (TEXT_DIM - 1)] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class FakeTags:
    """Tell the tags that were given for a file's name."""

    def __init__(self, tags: Mapping[str, Metadata] | None = None) -> None:
        self._tags = dict(tags or {})

    def tags(self, path: Path) -> Metadata:
        return self._tags.get(path.name, Metadata(title=""))
