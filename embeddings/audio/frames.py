"""One short-time Fourier transform, and every frame-wise reading that is taken from it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.sparse import csr_array

from embeddings.audio.filterbanks import Filterbanks
from embeddings.audio.sound import BINS, FLOOR_DB, HOP, RATE, WINDOW

BAND_EDGES_HZ: Final = (0, 200, 400, 800, 1_600, 3_200, 6_400, 9_500)
BRIGHT_HZ: Final = 1_500.0
TAIL: Final = 0.1
ROLLOFF: Final = 0.85
CHUNK: Final = 512
FREQUENCIES: Final = (np.arange(BINS) * (RATE / WINDOW)).astype(np.float32)
_TINY: Final = np.float32(1e-10)
# scipy's and librosa's periodic Hann window
_HANN: Final = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Frames:
    """Hold the frame-wise readings of one stretch of sound; each has the frames on its last axis.

    Attributes
    ----------
    mel
        Shape (96, n), dB, floor -60 (sound at an RMS of 0.1 peaks near +20).
    chroma
        Shape (36, n): magnitude in thirds of a semitone from C, not yet tuned.
    contrast, valley
        Shape (7, n): log of the strongest tenth of an octave band over its weakest tenth; log of the weakest tenth.
    shape
        Shape (6, n): centroid, bandwidth and rolloff in octaves above 1 Hz, flatness and energy in dB, log of zero-crossing rate.
    bright
        Shape (n,): share of power above 1,500 Hz.
    """

    mel: Array
    chroma: Array
    contrast: Array
    valley: Array
    shape: Array
    bright: Array


def frames_of(sound: Array, banks: Filterbanks) -> Frames:
    """Read ``sound`` (mono, 22,050 Hz, at least one window long) frame by frame, without padding."""
    windows = sliding_window_view(sound, WINDOW)[::HOP]
    # Sparse products add in one order; a threaded BLAS would give other last bits on a machine with more cores.
    mel, chroma = csr_array(banks.mel), csr_array(banks.chroma)
    parts = [_read(windows[start : start + CHUNK], mel, chroma) for start in range(0, len(windows), CHUNK)]
    columns = (np.concatenate(values, axis=-1) for values in zip(*parts, strict=True))
    return Frames(*columns)


def power_of(windows: Array) -> Array:
    """Return the power spectrum (bins, n) of windows (n, 2048), Hann, up to 9.5 kHz."""
    spectrum = np.fft.rfft(windows * _HANN)[:, :BINS]
    return np.ascontiguousarray((spectrum.real**2 + spectrum.imag**2).T)


def _read(windows: Array, mel_bank: csr_array, chroma_bank: csr_array) -> tuple[Array, ...]:
    power = power_of(windows)
    magnitude = np.sqrt(power)
    total = power.sum(axis=0) + _TINY
    mel = np.maximum(10 * np.log10(mel_bank @ power + _TINY), np.float32(FLOOR_DB))
    contrast, valley = _contrast(power)
    shape = np.stack([*_spectral_shape(power, magnitude, total), 10 * np.log10(total), _crossings(windows)])
    bright = power[FREQUENCIES >= BRIGHT_HZ].sum(axis=0) / total
    return mel, chroma_bank @ magnitude, contrast, valley, shape, bright


def _contrast(power: Array) -> tuple[Array, Array]:
    # Jiang, Lu, Zhang, Tao and Cai, Music type classification by spectral contrast feature, ICME 2002
    peaks, valleys = [], []
    for low, high in pairwise(BAND_EDGES_HZ):
        band = np.sort(power[_between(low, high)], axis=0)
        tail = max(1, round(TAIL * len(band)))
        peaks.append(np.log(band[-tail:].mean(axis=0) + _TINY))
        valleys.append(np.log(band[:tail].mean(axis=0) + _TINY))
    valley = np.stack(valleys)
    return np.stack(peaks) - valley, valley


def _between(low: float, high: float) -> NDArray[np.bool_]:
    return np.logical_and(low <= FREQUENCIES, high > FREQUENCIES)


def _spectral_shape(power: Array, magnitude: Array, total: Array) -> tuple[Array, ...]:
    weight = magnitude.sum(axis=0) + _TINY
    centroid = np.einsum("f,fn->n", FREQUENCIES, magnitude) / weight
    spread = np.maximum(np.einsum("f,fn->n", FREQUENCIES**2, magnitude) / weight - centroid**2, 1)
    rolloff = FREQUENCIES[(np.cumsum(magnitude, axis=0) < ROLLOFF * weight).sum(axis=0).clip(max=BINS - 1)]
    flatness = 10 * (np.log10(power + _TINY).mean(axis=0) - np.log10(total / BINS))
    return np.log2(centroid + 1), np.log2(spread) / 2, np.log2(rolloff + 1), flatness


def _crossings(windows: Array) -> Array:
    negative = np.signbit(windows)
    rate = (negative[:, 1:] != negative[:, :-1]).mean(axis=1)
    return np.asarray(np.log(rate + 1e-3), dtype=np.float32)
