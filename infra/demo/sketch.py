"""The plan of one piece: tempo, key, metre and chords, and the melody drawn over them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from infra.demo.harmony import Key
from infra.demo.tape import Tape

_TAIL = 0.8


@dataclass(frozen=True)
class Sketch:
    """What is decided of a piece before a note sounds.

    Attributes
    ----------
    tempo : beats per minute
    metre : beats per bar
    progression : the degree of each bar's chord, from 0, repeated over the bars
    bars : how long the piece is
    """

    tempo: float
    key: Key
    metre: int
    progression: tuple[int, ...]
    bars: int

    @property
    def seconds(self) -> float:
        """The length of the piece, with time for its last note to ring."""
        return self.bars * self.metre * self.beat + _TAIL

    @property
    def beat(self) -> float:
        """The length of a beat in seconds."""
        return 60.0 / self.tempo

    def tape(self) -> Tape:
        """Return an empty tape as long as the piece."""
        return Tape(tempo=self.tempo, seconds=self.seconds)

    def chords(self) -> Iterator[tuple[float, int]]:
        """Yield each bar's first beat and the degree of its chord."""
        for bar in range(self.bars):
            yield float(bar * self.metre), self.progression[bar % len(self.progression)]

    def every(self, step: float, *, start: float = 0.0) -> list[float]:
        """Return the beats from `start` to the end of the last bar, `step` apart."""
        return [float(beat) for beat in np.arange(start, self.bars * self.metre, step)]

    def in_bars(self, beats: Sequence[float]) -> list[float]:
        """Return the beats of one bar's pattern, repeated in every bar."""
        return [bar * self.metre + beat for bar in range(self.bars) for beat in beats]


@dataclass(frozen=True)
class Note:
    """A pitch that sounds at a beat for a length in beats."""

    beat: float
    length: float
    pitch: int


def melody(
    sketch: Sketch, rng: np.random.Generator, *, rhythms: Sequence[Sequence[float]], octave: int, rest: float = 0.1
) -> Iterator[Note]:
    """Yield a tune made of two motifs, the second in every fourth bar, each moved onto the bar's chord.

    Parameters
    ----------
    rhythms : note lengths in beats, each filling a bar; a motif takes one
    rest : the probability that a note is left out
    """
    motifs = [_motif(rng, rhythms[int(rng.integers(len(rhythms)))]) for _ in range(2)]
    for bar, (beat, chord) in enumerate(sketch.chords()):
        at = beat
        for length, step in motifs[bar % 4 == 3]:
            if rng.random() >= rest:
                yield Note(at, length, sketch.key.pitch(chord + step if chord < 5 else chord + step - 7, octave))
            at += length


def _motif(rng: np.random.Generator, rhythm: Sequence[float]) -> list[tuple[float, int]]:
    step = int(rng.choice((0, 2, 4)))
    motif = []
    for length in rhythm:
        motif.append((length, step))
        step = int(np.clip(step + rng.choice((-2, -1, -1, 1, 1, 2)), -2, 8))
    return motif
