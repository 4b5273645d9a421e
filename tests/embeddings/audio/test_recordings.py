"""Two encodings of one tune are one recording; another tune of the same length, style and tempo is another."""

import numpy as np
import pytest

from embeddings.audio import AudioEmbedder, Heard
from embeddings.audio.corpus import low_rate_copy, mp3_copy, wav_copy
from embeddings.audio.recordings import agree, is_same_recording
from embeddings.audio.statistics import SHIPPED, read

RATE = 44_100


def tune(seed: int) -> np.ndarray:
    """Return twelve seconds at 120 BPM: a beat, and chords and a melody in a key, all drawn by the seed."""
    rng = np.random.default_rng(seed)
    beat = np.arange(RATE // 2) / RATE
    key = rng.integers(12)
    sound = []
    for number in range(24):
        chord = key + rng.choice([0, 5, 7, 9]) + np.array([0, 4, 7, 12 + rng.integers(12)])
        tones = sum(np.sin(2 * np.pi * 220 * 2 ** (note / 12) * part * beat) / part**2 for note in chord for part in (1, 2, 3))
        drum = rng.normal(size=len(beat)) * np.exp(-beat * (60 if number % 2 else 25)) * rng.uniform(0.3, 1)
        sound.append(0.08 * tones * np.exp(-beat * rng.uniform(1, 4)) + 0.15 * drum)
    return np.concatenate(sound).astype(np.float32)[:, None]


@pytest.fixture(scope="module")
def embedder() -> AudioEmbedder:
    return AudioEmbedder()


def same(one: Heard, other: Heard) -> bool:
    statistics, _ = read(SHIPPED)
    return agree(one.attributes, other.attributes) and is_same_recording(one.raw, other.raw, statistics)


@pytest.mark.parametrize("copied", [mp3_copy, low_rate_copy, lambda sound, rate: wav_copy(sound / 4, rate)])
def test_a_copy_in_another_encoding_rate_or_level_is_the_same_recording(embedder: AudioEmbedder, copied) -> None:  # type: ignore[no-untyped-def]  # three ways of copying
    sound = tune(1)

    original, copy = embedder.hear(wav_copy(sound, RATE)), embedder.hear(copied(sound, RATE))

    assert same(original, copy)


def test_other_tunes_of_the_same_length_style_and_tempo_are_other_recordings(embedder: AudioEmbedder) -> None:
    tunes = [embedder.hear(wav_copy(tune(seed), RATE)) for seed in range(1, 6)]

    alike = [(at, other) for at in range(5) for other in range(at) if same(tunes[at], tunes[other])]

    assert alike == []


def test_raw_values_that_say_nothing_are_no_recording() -> None:
    statistics, _ = read(SHIPPED)

    assert not is_same_recording(statistics.mean, statistics.mean, statistics)


@pytest.mark.parametrize(
    ("other", "agreed"),
    [
        ({"tempo": 120.0, "key": 4.0, "mode": 1.0}, True),
        ({"tempo": 122.0, "key": 4.0, "mode": 1.0, "energy": 0.1}, True),
        ({"tempo": 124.0, "key": 4.0, "mode": 1.0}, False),
        ({"tempo": 120.0, "key": 5.0, "mode": 1.0}, False),
        ({"tempo": 120.0, "key": 4.0, "mode": 0.0}, False),
        ({}, False),
    ],
)
def test_two_tracks_agree_in_key_mode_and_about_in_tempo(other: dict[str, float], agreed: bool) -> None:  # noqa: FBT001 - a table's column
    assert agree({"tempo": 120.0, "key": 4.0, "mode": 1.0}, other) is agreed
