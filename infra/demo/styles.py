"""The ten styles of the demo: what each allows of tempo, mode and chords, and who arranges it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from infra.demo import acoustic, band, electronic
from infra.demo.effects import mastered
from infra.demo.harmony import Key
from infra.demo.sketch import Sketch
from infra.demo.tones import Samples

_LENGTH = 12.0


@dataclass(frozen=True)
class Style:
    """A kind of music.

    Attributes
    ----------
    tempo : slowest and fastest, in beats per minute
    progressions : degrees of one chord a bar, from 0
    peak : level of the loudest sample, 1 is full scale
    stereo : whether pieces have two channels
    """

    name: str
    arrange: Callable[[Sketch, np.random.Generator], Samples]
    tempo: tuple[float, float]
    modes: tuple[str, ...]
    progressions: tuple[tuple[int, ...], ...]
    peak: float = 0.8
    metre: int = 4
    stereo: bool = True
    fade_in: float = 0.01
    fade_out: float = 0.6

    def sketch(self, seed: int) -> Sketch:
        """Return the plan of the piece with this seed: whole bars, as near to 12 s as they come."""
        rng = np.random.default_rng((seed, 0))
        tempo = round(float(rng.uniform(*self.tempo)), 1)
        key = Key(int(rng.integers(12)), self.modes[int(rng.integers(len(self.modes)))])
        progression = self.progressions[int(rng.integers(len(self.progressions)))]
        bars = max(1, round(_LENGTH / (self.metre * 60.0 / tempo)))
        return Sketch(tempo=tempo, key=key, metre=self.metre, progression=progression, bars=bars)

    def play(self, seed: int) -> Samples:
        """Return the piece with this seed, (n, 2) or (n,), the same samples each time."""
        played = self.arrange(self.sketch(seed), np.random.default_rng((seed, 1)))
        return mastered(played if self.stereo else played.mean(axis=1), peak=self.peak, fade_in=self.fade_in, fade_out=self.fade_out)


_BRIGHT = ((0, 4, 5, 3), (0, 3, 4, 0), (0, 5, 3, 4), (0, 2, 3, 4))
_DARK = ((0, 5, 2, 6), (0, 0, 5, 6), (0, 3, 5, 4), (0, 6, 5, 6))
_STILL = ((0, 1, 0), (0, 4, 3), (3, 0, 4))
_DRIVEN = ((0,), (0, 0, 0, 5), (0, 0, 1, 1))
_RURAL = ((0, 3, 0, 4), (0, 4, 5, 3), (0, 6, 3, 0))
_DANCED = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 0, 4, 4))
_GROOVED = ((0,), (0, 3), (0, 0, 3, 4))
_HEAVY = ((0, 0, 1, 0), (0, 5, 6, 0), (0, 1, 0, 6))
_LAZY = ((1, 4, 0, 5), (0, 5, 1, 4), (3, 2, 1, 0))

STYLES = {
    style.name: style
    for style in (
        Style("ambient", electronic.ambient, (58, 70), ("lydian", "ionian"), _STILL, peak=0.5, fade_in=1.0, fade_out=2.0),
        Style("piano ballad", acoustic.piano_ballad, (66, 84), ("ionian", "aeolian"), _BRIGHT, peak=0.6, stereo=False, fade_out=1.0),
        Style("techno", electronic.techno, (124, 136), ("aeolian", "phrygian"), _DRIVEN),
        Style("drum and bass", electronic.drum_and_bass, (168, 178), ("aeolian", "dorian"), _DARK, peak=0.85),
        Style("chiptune", electronic.chiptune, (138, 164), ("ionian", "mixolydian"), _BRIGHT, peak=0.7, stereo=False),
        Style("folk", acoustic.folk, (92, 116), ("ionian", "mixolydian"), _RURAL, peak=0.7),
        Style("waltz", acoustic.waltz, (132, 168), ("harmonic minor",), _DANCED, peak=0.65, metre=3, fade_out=1.0),
        Style("funk", band.funk, (98, 114), ("dorian", "mixolydian"), _GROOVED),
        Style("metal", band.metal, (150, 190), ("phrygian", "aeolian"), _HEAVY, peak=0.88),
        Style("lo-fi hip hop", band.lofi, (70, 86), ("dorian", "ionian"), _LAZY, peak=0.65),
    )
}
"""Every style by its name."""
