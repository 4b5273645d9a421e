"""A stereo tape on which sounds are laid at beats."""

from collections.abc import Sequence

import numpy as np

from infra.demo.tones import RATE, Samples


class Tape:
    """Collect sounds at their beats; `samples` is the (n, 2) sum so far."""

    def __init__(self, *, tempo: float, seconds: float) -> None:
        self._beat = 60.0 / tempo * RATE
        self.samples: Samples = np.zeros((round(seconds * RATE), 2), dtype=np.float32)

    def lay(self, sound: Samples, beat: float, *, gain: float = 1.0, pan: float = 0.0) -> None:
        """Add a mono sound at a beat, from `pan` -1 (left) to 1 (right) at equal power; what runs over the end is cut."""
        start = round(beat * self._beat)
        stop = min(start + len(sound), len(self.samples))
        if start >= stop:
            return
        angle = (pan + 1) * np.pi / 4
        self.samples[start:stop, 0] += gain * np.sqrt(2) * np.cos(angle) * sound[: stop - start]
        self.samples[start:stop, 1] += gain * np.sqrt(2) * np.sin(angle) * sound[: stop - start]

    def lay_all(self, sound: Samples, beats: Sequence[float], *, gain: float = 1.0, pan: float = 0.0) -> None:
        """Add the same sound at each of the beats."""
        for beat in beats:
            self.lay(sound, beat, gain=gain, pan=pan)
