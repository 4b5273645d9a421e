"""Sounds whose answer is known: sines, clicks, chords and beats, and the files that hold them."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 22_050
Sound = NDArray[np.float64]


def seconds(length: float, rate: int = RATE) -> Sound:
    return np.arange(round(length * rate)) / rate


def sine(hertz: float = 440.0, length: float = 3.0, *, amplitude: float = 0.5, rate: int = RATE) -> Sound:
    return amplitude * np.sin(2 * np.pi * hertz * seconds(length, rate))


def noise(length: float = 3.0, *, seed: int = 0, amplitude: float = 0.1) -> Sound:
    return amplitude * np.random.default_rng(seed).standard_normal(round(length * RATE))


def clicks(bpm: float, length: float = 15.0) -> Sound:
    sound, time = np.zeros(round(length * RATE)), seconds(0.03)
    click = 0.5 * np.exp(-150 * time) * np.sin(2 * np.pi * 1_500 * time)
    for beat in np.arange(0.1, length - 0.1, 60 / bpm):
        start = round(beat * RATE)
        sound[start : start + len(click)] += click
    return sound + noise(length, amplitude=1e-4)


def string(hertz: float, length: float) -> Sound:
    time = seconds(length)
    partials = sum(np.sin(2 * np.pi * hertz * number * time) / number for number in range(1, 7))
    return np.asarray(0.1 * partials * np.minimum(1, 50 * time) * np.exp(-1.5 * time))


def drums(bpm: float, length: float = 15.0) -> Sound:
    """Play kick on one and three, snare on two and four, hats on every half beat, over a held chord."""
    rng, time = np.random.default_rng(0), seconds(0.15)
    kick = np.exp(-30 * time) * np.sin(2 * np.pi * 60 * time)
    snare = 0.4 * np.exp(-25 * time) * rng.standard_normal(len(time))
    hat = np.diff(0.15 * np.exp(-90 * time) * rng.standard_normal(len(time)), prepend=0)
    sound = sum(sine(hertz, length, amplitude=0.05) for hertz in (220, 277.2, 329.6))
    for number, start in enumerate(np.arange(0, length - 0.2, 30 / bpm)):
        place = round(start * RATE)
        sound[place : place + len(time)] += hat + (kick, 0, snare, 0)[number % 4]
    return np.asarray(sound)


def waltz(bpm: float, length: float = 15.0) -> Sound:
    """Play a low note on one and a chord on two and three."""
    sound = noise(length, amplitude=1e-4)
    for number, start in enumerate(np.arange(0, length - 0.7, 60 / bpm)):
        beat = sum(string(hertz, 0.6) for hertz in ((330, 415, 494) if number % 3 else (110,)))
        place = round(start * RATE)
        sound[place : place + len(beat)] += beat
    return sound


def cadences(key: int, mode: int, *, detune: float = 0.0) -> Sound:
    """Play I-IV-V-I (or i-iv-V-i) twice in a key, a chord every second and a half, ``detune`` semitones off."""
    scale = (0, 2, 4, 5, 7, 9, 11) if mode else (0, 2, 3, 5, 7, 8, 11)
    chords = []
    for root in (0, 3, 4, 0) * 2:
        steps = [scale[(root + third) % 7] + 12 * ((root + third) // 7) for third in (0, 2, 4)]
        chords.append(sum(string(130.81 * 2 ** ((key + step + detune) / 12), 1.5) for step in steps))
    return np.concatenate(chords)


def tune(*, seed: int = 0, length: float = 12.0) -> Sound:
    """Play a different made-up piece for each seed: its own notes, pace, brightness and drum."""
    rng = np.random.default_rng(seed)
    pace, partials, drum = rng.uniform(0.15, 0.6), rng.integers(1, 12), rng.uniform(0, 0.5)
    sound = noise(length, seed=seed, amplitude=float(rng.uniform(0.0005, 0.01)))
    for start in np.arange(0, length - 1.2, pace):
        time = seconds(1.0)
        hertz = 110 * 2 ** (rng.choice((0, 2, 3, 5, 7, 8, 10, 12, 14)) / 12) * rng.choice((1, 2, 4))
        note = sum(np.sin(2 * np.pi * hertz * number * time) / number for number in range(1, partials + 1)) * np.exp(-4 * time)
        first = round(start * RATE)
        sound[first : first + len(time)] += 0.1 * note + drum * rng.standard_normal(len(time)) * np.exp(-40 * time)
    return sound


def file_of(sound: NDArray[Any], *, rate: int = RATE, **options: Any) -> io.BytesIO:
    """Return ``sound`` (n,) or (n, channels) as the bytes of an audio file, 16-bit WAV unless told otherwise."""
    stream = io.BytesIO()
    soundfile.write(stream, sound, rate, **({"format": "WAV"} | options))
    stream.seek(0)
    return stream


def write(path: Path, sound: NDArray[Any], *, rate: int = RATE, **options: Any) -> Path:
    path.write_bytes(file_of(sound, rate=rate, **options).getvalue())
    return path
