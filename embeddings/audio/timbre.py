"""Timbre: what the sound is made of, as statistics of cepstra, contrast and spectral shape."""

from typing import Final

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from embeddings.audio.frames import Frames
from embeddings.audio.windows import long_windows

Array = NDArray[np.float32]
COEFFICIENTS: Final = 20
BLOCK_FRAMES: Final = 40
SORTED_STEPS: Final = 10
PATTERN_PERCENTILE: Final = 10
SLOW_FRAMES: Final = 43


def cepstra(frames: Frames) -> Array:
    """Return 20 mel-frequency cepstral coefficients (20, n), orthonormal DCT-II of mel dB."""
    return np.asarray(scipy.fft.dct(frames.mel, axis=0, type=2, norm="ortho")[:COEFFICIENTS], dtype=np.float32)


def cepstral(parts: list[Frames]) -> Array:
    """Pool the cepstra (79): mean without the first, deviation, deviation of first and second differences."""
    series = [cepstra(part) for part in parts]
    steps = [np.diff(part) for part in series]
    joined = np.concatenate(series, axis=1)
    speed = np.concatenate(steps, axis=1)
    turn = np.concatenate([np.diff(part) for part in steps], axis=1)
    return np.concatenate([joined.mean(axis=1)[1:], joined.std(axis=1), speed.std(axis=1), turn.std(axis=1)])


def contrast(parts: list[Frames]) -> Array:
    """Pool spectral contrast (28): mean and deviation of contrast, and of valley less its mean over bands."""
    peak = np.concatenate([part.contrast for part in parts], axis=1)
    valley = np.concatenate([part.valley for part in parts], axis=1)
    relative = valley - valley.mean(axis=0)
    return np.concatenate([peak.mean(axis=1), peak.std(axis=1), relative.mean(axis=1), relative.std(axis=1)])


def shape(parts: list[Frames]) -> Array:
    """Pool spectral shape and dynamics (22)."""
    joined = np.concatenate([part.shape for part in parts], axis=1)
    steps = np.concatenate([np.diff(part.shape) for part in parts], axis=1)
    energy = joined[4]
    low, middle, high = np.percentile(energy, (5, 50, 95))
    slow = [part.shape[4, : len(part.bright) // SLOW_FRAMES * SLOW_FRAMES].reshape(-1, SLOW_FRAMES).mean(axis=1) for part in parts]
    dynamics = [high - low, middle - low, np.mean(energy < energy.mean()), np.concatenate([*slow, [middle]]).std()]
    return np.concatenate([joined.mean(axis=1), joined.std(axis=1), steps.std(axis=1), dynamics]).astype(np.float32)


def contrast_pattern(parts: list[Frames]) -> Array:
    """Pool the spectral contrast pattern (70): contrast sorted within blocks of 40 frames, tenth percentile over blocks.

    Seyerlehner, Widmer and Pohle, Fusing block-level features for music similarity estimation, DAFx 2010, section 2.4.
    """
    blocks = np.sort(long_windows((part.contrast for part in parts), BLOCK_FRAMES, BLOCK_FRAMES // 2), axis=-1)
    steps = blocks.reshape(*blocks.shape[:2], SORTED_STEPS, -1).mean(axis=-1)
    return np.asarray(np.percentile(steps, PATTERN_PERCENTILE, axis=0).ravel(), dtype=np.float32)


def gaussian(parts: list[Frames]) -> Array:
    """Map the Gaussian over 20 cepstra to a flat space (231): upper triangle of the logarithm of its matrix.

    The matrix is Lovric, Min-Oo and Ruh's embedding of (mean, covariance) among positive matrices, Multivariate normal
    distributions parametrized as a Riemannian symmetric space, Journal of Multivariate Analysis 2000, equation 2; the
    logarithm is that of Arsigny et al., Log-Euclidean metrics, Magnetic Resonance in Medicine 2006.
    """
    series = np.concatenate([cepstra(part) for part in parts], axis=1).astype(np.float64)
    mean = series.mean(axis=1)
    centred = series - mean[:, None]
    covariance = np.einsum("in,jn->ij", centred, centred) / series.shape[1] + np.eye(COEFFICIENTS)
    top = np.concatenate([covariance + np.outer(mean, mean), mean[:, None]], axis=1)
    matrix = np.concatenate([top, np.append(mean, 1.0)[None]])
    values, vectors = np.linalg.eigh(matrix)
    logarithm = (vectors * np.log(np.maximum(values, 1e-6))) @ vectors.T
    rows, columns = np.triu_indices(len(matrix))
    # off the diagonal each value stands for two, so that distances are those of the whole matrix
    return np.asarray(logarithm[rows, columns] * np.where(rows == columns, 1, np.sqrt(2)), dtype=np.float32)
