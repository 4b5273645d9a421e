"""Rhythm: onsets and the speeds at which the bands of a sound rise and fall."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.frames import Frames
from embeddings.audio.sound import FRAMES_PER_SECOND
from embeddings.audio.windows import bands_of, long_windows, reflect_to

Array = NDArray[np.float32]
MODULATION_WINDOW: Final = 256
MODULATION_EDGES_HZ: Final = np.geomspace(0.3, FRAMES_PER_SECOND / 2, 9)
MODULATED_BANDS: Final = 24
FLUCTUATION_WINDOW: Final = 384
FLUCTUATION_RATES_HZ: Final = np.geomspace(0.4, 15, 24)
FLUCTUATING_BANDS: Final = 32
FLUCTUATION_PERCENTILE: Final = 60
SPECTRUM_POINTS: Final = 1_024
ONSET_WINDOW: Final = 344
LONGEST_LAG: Final = 172


def onset_strength(frames: Frames) -> Array:
    """Return the mean rise of mel dB from one frame to the next (3, n-1): low, middle and high thirds of the bands."""
    rise = np.maximum(np.diff(frames.mel, axis=1), 0)
    return np.asarray(rise.reshape(3, -1, rise.shape[1]).mean(axis=1), dtype=np.float32)


def onsets(parts: list[Frames]) -> Array:
    """Pool onset strength (17): distribution, density, thirds of the spectrum and periodicity."""
    thirds = np.concatenate([onset_strength(part) for part in parts], axis=1)
    strength = thirds.mean(axis=0)
    mean, deviation = strength.mean(), strength.std() + 1e-6
    peaks = np.flatnonzero((strength[1:-1] > strength[:-2]) & (strength[1:-1] >= strength[2:]) & (strength[1:-1] > mean + deviation))
    gaps = np.diff(peaks) if len(peaks) > 2 else np.array([ONSET_WINDOW])
    periodicity = autocorrelation(parts)
    best = int(periodicity[12:].argmax()) + 12
    return np.array(
        [
            mean,
            deviation,
            (((strength - mean) / deviation) ** 3).mean(),
            *np.percentile(strength, (50, 90, 99)),
            len(peaks) / len(strength) * FRAMES_PER_SECOND,
            np.log(gaps).std(),
            *thirds.mean(axis=1),
            *thirds.std(axis=1),
            periodicity[best],
            np.log(best),
            periodicity[12:].std(),
        ],
        dtype=np.float32,
    )


def autocorrelation(parts: list[Frames]) -> Array:
    """Return the autocorrelation (172,) of onset strength by lag in frames, one at lag 0.

    Averaged over windows of 8 s, then over the thirds of the spectrum, so that a quiet bass drum counts like a loud cymbal.
    """
    windows = long_windows((onset_strength(part) for part in parts), ONSET_WINDOW, ONSET_WINDOW // 4)
    windows = windows - windows.mean(axis=-1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(windows, n=2 * ONSET_WINDOW)) ** 2
    lags = np.fft.irfft(spectrum)[..., :LONGEST_LAG].mean(axis=0)
    overlap = ONSET_WINDOW / (ONSET_WINDOW - np.arange(LONGEST_LAG))
    return np.asarray((lags / (lags[:, :1] + 1e-6)).mean(axis=0) * overlap, dtype=np.float32)


def modulation(parts: list[Frames]) -> Array:
    """Pool the modulation spectrum (216): of 24 bands, log power at 8 ranges of rate, and the deviation."""
    windows = long_windows((bands_of(part.mel, MODULATED_BANDS) for part in parts), MODULATION_WINDOW, MODULATION_WINDOW // 2)
    windows = windows - windows.mean(axis=-1, keepdims=True)
    power = np.abs(np.fft.rfft(windows * np.hanning(MODULATION_WINDOW).astype(np.float32), axis=-1)) ** 2
    rates = np.arange(power.shape[-1]) * FRAMES_PER_SECOND / MODULATION_WINDOW
    places = np.searchsorted(MODULATION_EDGES_HZ, rates, side="right") - 1
    last = len(MODULATION_EDGES_HZ) - 2
    ranges = np.stack([power[..., places.clip(max=last) == place].mean(axis=-1) for place in range(last + 1)], axis=-1)
    deviation = windows.std(axis=-1).mean(axis=0)
    return np.concatenate([np.log(ranges.mean(axis=0) + 1).ravel(), deviation]).astype(np.float32)


def fluctuation(parts: list[Frames]) -> Array:
    """Pool the logarithmic fluctuation pattern (768): of 32 bands, strength at 24 rates from 0.4 to 15 Hz.

    After Pohle, Schnitzer, Schedl, Knees and Widmer, On rhythm and general music similarity, ISMIR 2009, section 2.
    """
    bands = (reflect_to(bands_of(part.mel, FLUCTUATING_BANDS), FLUCTUATION_WINDOW) for part in parts)
    windows = long_windows(bands, FLUCTUATION_WINDOW, FLUCTUATION_WINDOW // 2)
    windows = windows - windows.mean(axis=-1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(FLUCTUATION_WINDOW).astype(np.float32), n=SPECTRUM_POINTS, axis=-1))
    places = FLUCTUATION_RATES_HZ * SPECTRUM_POINTS / FRAMES_PER_SECOND
    low = places.astype(int)
    rest = (places - low).astype(np.float32)
    rates = spectrum[..., low] * (1 - rest) + spectrum[..., low + 1] * rest
    return np.asarray(np.log(np.percentile(rates, FLUCTUATION_PERCENTILE, axis=0) + 1).ravel(), dtype=np.float32)
