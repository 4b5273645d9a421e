"""Single notes as samples: oscillators, plucked strings, struck strings and bells."""

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

RATE = 22_050
"""Samples per second of everything in the demo."""

Samples = NDArray[np.float32]
Shape = Literal["saw", "square", "pulse", "triangle", "sine"]

_CYCLE = 8192
_SINE = np.sin(2 * np.pi * np.arange(_CYCLE) / _CYCLE).astype(np.float32)


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI pitch (69 is 440 Hz)."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def tone(
    pitch: float, seconds: float, *, shape: Shape = "saw", cutoff: float = 9_000.0, vibrato: float = 0.0, phase: float = 0.0
) -> Samples:
    """Return a steady band-limited tone.

    Parameters
    ----------
    cutoff : Hz, where harmonics begin to fall by 12 dB an octave
    vibrato : depth as a fraction of the frequency, at 5.5 Hz
    phase : where in the cycle it starts, 0..1
    """
    frequency = hertz(pitch)
    time = _time(seconds)
    cycles = frequency * time + phase
    if vibrato:
        cycles -= frequency * vibrato * np.cos(2 * np.pi * 5.5 * time) / (2 * np.pi * 5.5)
    cycle = _one_cycle(shape, frequency, cutoff)
    sound: Samples = cycle[(cycles * _CYCLE).astype(np.int32) & (_CYCLE - 1)]
    return sound


def swept(pitch: float, seconds: float, *, shape: Shape = "saw", bright: float, dull: float, half_life: float) -> Samples:
    """Return a tone whose cutoff falls from `bright` to `dull` Hz, as a synthesiser's closing filter does."""
    opening = ring(seconds, half_life)
    closed = tone(pitch, seconds, shape=shape, cutoff=dull)
    closing: Samples = closed + opening * (tone(pitch, seconds, shape=shape, cutoff=bright) - closed)
    return closing


def pluck(pitch: float, seconds: float, rng: np.random.Generator, *, brightness: float = 0.6, damping: float = 0.996) -> Samples:
    """Return a plucked string (Karplus and Strong, Digital Synthesis of Plucked-String and Drum Timbres, CMJ 1983).

    Parameters
    ----------
    brightness : 0..1, how much of the burst of noise is left unsmoothed
    damping : 0..1, what one trip along the string leaves of the wave
    """
    frequency, count = hertz(pitch), _count(seconds)
    period = int(RATE / frequency - 0.5)
    string = np.zeros(count + period + 1)
    burst = rng.uniform(-1.0, 1.0, period + 1)
    string[: period + 1] = brightness * burst + (1 - brightness) * (burst + np.roll(burst, 1) + np.roll(burst, 2)) / 3
    for start in range(period + 1, len(string), period):
        stop = min(start + period, len(string))
        string[start:stop] = damping * 0.5 * (string[start - period : stop - period] + string[start - period - 1 : stop - period - 1])
    # the string sounds at RATE / (period + 1/2), never below the pitch: reading it a little slower puts it in tune
    return np.interp(np.arange(count) * frequency * (period + 0.5) / RATE, np.arange(len(string)), string).astype(np.float32)


def strike(pitch: float, seconds: float, *, hardness: float = 0.6) -> Samples:
    """Return a struck, slightly inharmonic string, as in a piano.

    Parameters
    ----------
    hardness : 0..1, of the hammer: how much the upper partials sound
    """
    frequency, time = hertz(pitch), _time(seconds)
    sound = np.zeros(len(time), dtype=np.float32)
    for partial in range(1, 11):
        # the law of stiff strings, Fletcher, Blackham and Stratton, Quality of Piano Tones, JASA 1962
        overtone = partial * frequency * np.sqrt(1 + 0.0004 * partial**2)
        if overtone > 0.45 * RATE:
            break
        half_life = float(np.log(2) / (0.9 + 0.5 * partial) * (260.0 / frequency) ** 0.5)
        turns = (overtone * _CYCLE * time).astype(np.int32) & (_CYCLE - 1)
        sound += np.float32(hardness ** (partial - 1) / partial**0.5) * ring(seconds, half_life) * _SINE[turns]
    return sound


def bell(pitch: float, seconds: float, *, ratio: float = 3.5, depth: float = 2.0, half_life: float = 0.5) -> Samples:
    """Return a frequency-modulated tone that rings out (Chowning, JAES 1973): a bell, or an electric piano at ratio 1 or 14."""
    frequency, time = hertz(pitch), _time(seconds)
    fall = ring(seconds, half_life)
    return (fall * np.sin(2 * np.pi * frequency * time + depth * fall * np.sin(2 * np.pi * ratio * frequency * time))).astype(np.float32)


def ring(seconds: float, half_life: float) -> Samples:
    """Return an envelope that starts at 1 and halves every `half_life` seconds."""
    fall: Samples = np.exp2(_time(seconds).astype(np.float32) / np.float32(-half_life))
    return fall


def swell(sound: Samples, *, attack: float, release: float) -> Samples:
    """Return the sound faded in over `attack` and out over `release` seconds, so that it neither starts nor ends with a click."""
    swollen = sound.copy()
    count = len(sound)
    rise = min(_count(attack), count // 2)
    fall = min(_count(release), count - rise)
    # one channel or two: the ramp runs along the first axis
    along = (-1,) + (1,) * (sound.ndim - 1)
    swollen[:rise] *= np.linspace(0.0, 1.0, rise, endpoint=False, dtype=np.float32).reshape(along)
    swollen[count - fall :] *= np.linspace(1.0, 0.0, fall, dtype=np.float32).reshape(along)
    return swollen


@lru_cache(maxsize=256)
def _one_cycle(shape: Shape, frequency: float, cutoff: float) -> Samples:
    harmonics = np.arange(1, max(2, int(0.45 * RATE / frequency) + 1))
    odd = harmonics % 2
    level: NDArray[np.float64] = {
        "saw": 1.0 / harmonics,
        "square": odd / harmonics,
        "pulse": np.sin(np.pi * harmonics / 8) / harmonics,
        "triangle": odd * np.cos(np.pi * (harmonics - 1) / 2) / harmonics**2,
        "sine": (harmonics == 1).astype(np.float64),
    }[shape]
    spectrum = np.zeros(_CYCLE // 2 + 1, dtype=np.complex128)
    spectrum[harmonics] = -0.5j * _CYCLE * level / np.sqrt(1 + (harmonics * frequency / cutoff) ** 4)
    return np.fft.irfft(spectrum).astype(np.float32)


def _count(seconds: float) -> int:
    return max(1, round(seconds * RATE))


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(_count(seconds)) / RATE
