"""Tonality: tuned pitch classes, what they say whatever the key, and the key itself."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.filterbanks import CHROMA_BINS
from embeddings.audio.frames import Frames

Array = NDArray[np.float32]
PITCH_CLASSES: Final = 12
LAGS: Final = 6
# Albrecht and Shanahan, The use of large corpora to train a new type of key-finding algorithm, Music Perception 2013, table 2
MAJOR: Final = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
MINOR: Final = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
NO_KEY: Final = -1
KEY_CORRELATION: Final = 0.5
KEY_CONTRAST: Final = 0.2


def pitch_classes(parts: list[Frames]) -> Array:
    """Return tuned chroma (12, n) from C, each frame summing to one."""
    fine = np.concatenate([part.chroma for part in parts], axis=1)
    # The phase of twelve cycles an octave is how far the music's semitones lie from A = 440 Hz, in thirds of a semitone.
    offset = np.angle(np.fft.fft(fine.mean(axis=1))[PITCH_CLASSES]) * 3 / (2 * np.pi)
    tuned = np.roll(fine, round(float(offset)), axis=0)
    folded = tuned + 0.5 * (np.roll(tuned, 1, axis=0) + np.roll(tuned, -1, axis=0))
    classes = folded[:: CHROMA_BINS // PITCH_CLASSES]
    return np.asarray(classes / (classes.sum(axis=0) + 1e-6), dtype=np.float32)


def chroma(parts: list[Frames]) -> Array:
    """Pool chroma so that a transposed track stays where it is (41)."""
    classes = pitch_classes(parts)
    profile = classes.mean(axis=1)
    cycles = np.abs(np.fft.rfft(classes, axis=0))[1:]
    profile_cycles = np.abs(np.fft.rfft(profile))[1:]
    centred = profile - profile.mean()
    intervals = [float(centred @ np.roll(centred, lag)) / (float(centred @ centred) + 1e-9) for lag in range(1, LAGS + 1)]
    entropy = -(classes * np.log(classes + 1e-6)).sum(axis=0)
    change = np.abs(np.diff(classes, axis=1)).sum(axis=0)
    rest = [entropy.mean(), entropy.std(), -(profile * np.log(profile + 1e-6)).sum(), change.mean(), change.std()]
    return np.concatenate([profile_cycles, cycles.mean(axis=1), cycles.std(axis=1), np.sort(profile), intervals, rest]).astype(np.float32)


def key_and_mode(profile: Array) -> tuple[int, int]:
    """Return key (0 is C, 11 is B, -1 is none) and mode (1 major, 0 minor) of a mean pitch-class profile (12,).

    The best Pearson correlation with the 24 rotated profiles (Krumhansl, Cognitive Foundations of Musical Pitch, 1990,
    chapter 4); none where even the best is poor or the profile is flat.
    """
    spread = float(profile.std() / (profile.mean() + 1e-9))
    scores = np.array([[np.corrcoef(np.roll(ideal, key), profile)[0, 1] for key in range(PITCH_CLASSES)] for ideal in (MINOR, MAJOR)])
    mode, key = np.unravel_index(int(np.nan_to_num(scores, nan=-1).argmax()), scores.shape)
    if spread < KEY_CONTRAST or not scores[mode, key] >= KEY_CORRELATION:
        return NO_KEY, int(mode)
    return int(key), int(mode)
