"""Tempo and key of sounds whose answer is known, with the rate of octave errors."""

import io

import numpy as np

from embeddings.audio import AudioEmbedder
from tests.embeddings.audio.sounds import cadences, clicks, drums, file_of, waltz

TEMPOS = range(60, 201, 5)
TOLERANCE = 0.04


def answer_figures() -> dict[str, str]:
    """Return how often tempo and key are right, and tempo half or double."""
    embedder = AudioEmbedder()
    figures = {}
    for name, play in (("clicks", clicks), ("kick, snare and hats", drums), ("waltz", waltz)):
        ratios = np.array([_tempo(embedder, file_of(play(bpm), subtype="FLOAT")) / bpm for bpm in TEMPOS])
        right, octave = _near(ratios, 1), _near(ratios, 0.5) | _near(ratios, 2)
        figures[f"tempo of {name}, 60 to 200 BPM"] = f"right {right.mean():.2f}, half or double {octave.mean():.2f}, of {len(ratios)}"
    asked = [(key, mode, detune) for key in range(12) for mode in (0, 1) for detune in (0.0, 0.3, -0.4)]
    heard = [embedder.hear(file_of(cadences(key, mode, detune=detune))).attributes for key, mode, detune in asked]
    right_keys = [found["key"] == key and found["mode"] == mode for found, (key, mode, _) in zip(heard, asked, strict=True)]
    return figures | {"key and mode of cadences, three tunings": f"right {np.mean(right_keys):.2f} of {len(asked)}"}


def _tempo(embedder: AudioEmbedder, file: io.BytesIO) -> float:
    return embedder.hear(file).attributes["tempo"]


def _near(ratios: np.ndarray, target: float) -> np.ndarray:
    return np.abs(ratios / target - 1) < TOLERANCE
