"""Drums as samples: kick, snare, clap, hats, shaker and tom."""

import numpy as np

from infra.demo.effects import high_pass, low_pass
from infra.demo.tones import RATE, Samples, ring, swell


def kick(*, low: float = 48.0, seconds: float = 0.35, click: float = 0.3) -> Samples:
    """Return a bass drum whose pitch falls to `low` Hz; `click` is the level of the beater."""
    time = np.arange(round(seconds * RATE)) / RATE
    # the integral of a pitch that falls from four times `low` with a time constant of 30 ms
    turns = low * (time + 3 * 0.03 * (1 - np.exp(-time / 0.03)))
    body = np.sin(2 * np.pi * turns) * ring(seconds, seconds / 3)
    beater = click * np.sin(2 * np.pi * 1_800 * time) * ring(seconds, 0.004)
    return swell((body + beater).astype(np.float32), attack=0.001, release=0.03)


def snare(rng: np.random.Generator, *, pitch: float = 185.0, seconds: float = 0.22, wires: float = 0.8) -> Samples:
    """Return a snare drum; `wires` is the level of its noise beside the skin's tone at `pitch` Hz."""
    time = np.arange(round(seconds * RATE)) / RATE
    skin = np.sin(2 * np.pi * pitch * time) * ring(seconds, 0.035)
    hiss = high_pass(_noise(rng, seconds), 1_200.0) * ring(seconds, seconds / 4)
    return swell((0.7 * skin + wires * hiss).astype(np.float32), attack=0.001, release=0.02)


def clap(rng: np.random.Generator) -> Samples:
    """Return hand claps: three bursts of noise 11 ms apart, the last one ringing."""
    hiss = low_pass(high_pass(_noise(rng, 0.25), 900.0), 5_000.0)
    bursts = np.zeros_like(hiss)
    for start, half_life in ((0.0, 0.005), (0.011, 0.005), (0.022, 0.05)):
        late = round(start * RATE)
        bursts[late:] += ring(0.25, half_life)[: len(hiss) - late]
    return swell(hiss * bursts, attack=0.001, release=0.03)


def hat(rng: np.random.Generator, *, seconds: float = 0.05) -> Samples:
    """Return a hi-hat: short is closed, a quarter of a second is open."""
    return swell(high_pass(_noise(rng, seconds), 6_500.0) * ring(seconds, seconds / 3), attack=0.001, release=0.01)


def shaker(rng: np.random.Generator) -> Samples:
    """Return one soft stroke of a shaker."""
    return swell(low_pass(high_pass(_noise(rng, 0.09), 3_500.0), 8_000.0), attack=0.03, release=0.05)


def tom(*, pitch: float = 110.0) -> Samples:
    """Return a tom tuned to `pitch` Hz."""
    time = np.arange(round(0.3 * RATE)) / RATE
    turns = pitch * (time + 0.5 * 0.05 * (1 - np.exp(-time / 0.05)))
    return swell((np.sin(2 * np.pi * turns) * ring(0.3, 0.08)).astype(np.float32), attack=0.001, release=0.03)


def _noise(rng: np.random.Generator, seconds: float) -> Samples:
    return rng.uniform(-1.0, 1.0, round(seconds * RATE)).astype(np.float32)
