"""Short made-up sounds, each unlike the others, so that a library of them is made and heard in seconds."""

from pathlib import Path
from typing import Final

import numpy as np
import soundfile

RATE: Final = 22_050
_SECONDS: Final = 3.0


def sound(path: Path, number: int) -> Path:
    """Write the sound of a number: a pulsing chord over noise, its pitch, beat, colour and breath drawn by the number."""
    rng = np.random.default_rng((61, number))
    time = np.arange(int(_SECONDS * RATE)) / RATE
    base, beat = 55.0 * 2 ** rng.uniform(0, 5), rng.uniform(1, 9)
    colour = rng.dirichlet(np.full(8, 0.6))
    glide = rng.uniform(-0.6, 0.6) * time**2
    wave = sum(part * np.sin(2 * np.pi * base * (at + 1) * (time + glide * 0.05)) for at, part in enumerate(colour))
    noise = np.cumsum(rng.normal(size=len(time))) if rng.random() < 0.5 else rng.normal(size=len(time))
    pulse = (0.5 + 0.5 * np.sin(2 * np.pi * beat * time)) ** rng.uniform(0.3, 6)
    mixed = pulse * wave + rng.uniform(0.0, 0.5) * noise / np.abs(noise).max()
    soundfile.write(path, (0.7 * mixed / np.abs(mixed).max()).astype(np.float32), RATE)
    return path
