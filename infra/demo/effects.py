"""What a studio does to a whole part: filters, echo, room, overdrive, fades and the final level."""

import numpy as np

from infra.demo.tones import RATE, Samples, swell


def low_pass(sound: Samples, cutoff: float) -> Samples:
    """Return the sound with what lies above `cutoff` Hz falling by 24 dB an octave."""
    return _filtered(sound, cutoff, power=8)


def high_pass(sound: Samples, cutoff: float) -> Samples:
    """Return the sound with what lies below `cutoff` Hz falling by 24 dB an octave."""
    return _filtered(sound, cutoff, power=-8)


def echo(sound: Samples, *, seconds: float, repeats: int = 3, level: float = 0.4) -> Samples:
    """Return the sound with echoes `seconds` apart, each `level` times the one before."""
    heard = sound.copy()
    for repeat in range(1, repeats + 1):
        late = round(repeat * seconds * RATE)
        if late < len(sound):
            heard[late:] += level**repeat * sound[:-late]
    return heard


def room(sound: Samples, rng: np.random.Generator, *, seconds: float, level: float) -> Samples:
    """Return the sound with the reverberation of a room that falls by 60 dB in `seconds`.

    Parameters
    ----------
    sound : (n, 2)
    level : of the reverberation, beside the dry sound at 1
    """
    count = round(seconds * RATE)
    fall = (10.0 ** (-3.0 * np.arange(count) / count)).astype(np.float32)
    response = fall * rng.standard_normal((2, count), dtype=np.float32)
    response /= np.sqrt((response**2).sum(axis=1, keepdims=True))
    length = _quick_length(len(sound) + count)
    wet = np.fft.irfft(np.fft.rfft(sound.T, length) * np.fft.rfft(response, length), length)
    return (sound + level * wet[:, : len(sound)].T).astype(np.float32)


def overdrive(sound: Samples, gain: float) -> Samples:
    """Return the sound bent by a valve-like curve; the peak stays within 1."""
    bent: Samples = np.tanh(np.float32(gain) * sound)
    return bent


def mastered(sound: Samples, *, peak: float, fade_in: float = 0.01, fade_out: float = 0.5) -> Samples:
    """Return the sound without offset, faded in and out, at a peak level of `peak` (1 is full scale)."""
    faded = swell(sound - sound.mean(axis=0), attack=fade_in, release=fade_out)
    levelled: Samples = np.float32(peak / np.abs(faded).max()) * faded
    return levelled


def _filtered(sound: Samples, cutoff: float, *, power: int) -> Samples:
    # the padding keeps the end of the sound from wrapping round into its start
    length = _quick_length(len(sound) + RATE // 20)
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    with np.errstate(divide="ignore"):
        gain = (1 / np.sqrt(1 + (frequencies / cutoff) ** power)).astype(np.float32)
    kept = np.fft.irfft(np.fft.rfft(sound.T, length) * gain, length)
    return kept[..., : len(sound)].T.astype(np.float32)


def _quick_length(count: int) -> int:
    # a Fourier transform of an odd large length is several times slower than one of 9 to 16 times a power of two
    unit = 1 << max(0, count.bit_length() - 4)
    return -(-count // unit) * unit
