"""Tempo: the period at which onsets return, with its half and its double told apart."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.rhythm import LONGEST_LAG
from embeddings.audio.sound import FRAMES_PER_SECOND

SLOWEST, FASTEST = 30.0, 300.0
STEPS: Final = 800
MULTIPLES: Final = np.arange(1.0, 4.0)
# The two constants of the preference and this weight were chosen on synthesised clicks, beats, waltzes and melodies of 60 to 200 BPM.
FASTER_WEIGHT: Final = 0.3
PREFERRED_BPM: Final = 135.0
PREFERENCE_OCTAVES: Final = 1.4

_BPM: Final = np.geomspace(SLOWEST, FASTEST, STEPS)


def tempo_of(periodicity: NDArray[np.float32]) -> float:
    """Return the tempo in BPM, 30 to 300, of the autocorrelation of onset strength by lag in frames.

    Each tempo is scored by the mean autocorrelation at one, two and three beats, less a part of that at half or a third of a
    beat (where it is high the true beat is faster), times a broad log-normal preference (after Ellis, Beat tracking by dynamic
    programming, Journal of New Music Research 2007, equation 6). Half or double the tempo that a listener taps is its usual error.
    """
    faster = np.maximum(_mean_at(periodicity, np.array([1 / 2])), _mean_at(periodicity, np.array([1 / 3])))
    score = 1 + _mean_at(periodicity, MULTIPLES) - FASTER_WEIGHT * np.maximum(faster, 0)
    preference = np.exp(-0.5 * (np.log2(_BPM / PREFERRED_BPM) / PREFERENCE_OCTAVES) ** 2)
    return float(_BPM[int(np.argmax(score * preference))])


def _mean_at(periodicity: NDArray[np.float32], beats: NDArray[np.float64]) -> NDArray[np.float64]:
    lags = beats[:, None] * (60 * FRAMES_PER_SECOND / _BPM)
    inside = lags <= LONGEST_LAG - 1
    values = np.interp(lags, np.arange(LONGEST_LAG), periodicity) * inside
    result: NDArray[np.float64] = values.sum(axis=0) / np.maximum(inside.sum(axis=0), 1)
    return result
