"""Keys: a tonic and a mode, and the pitches and chords found on their degrees."""

from collections.abc import Iterable
from dataclasses import dataclass

MODES = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}
"""Semitones above the tonic of each mode's seven degrees."""


@dataclass(frozen=True)
class Key:
    """A tonic (pitch class, 0 is C) and one of MODES."""

    tonic: int
    mode: str

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes that belong to the key."""
        return frozenset((self.tonic + step) % 12 for step in MODES[self.mode])

    def pitch(self, degree: int, octave: int) -> int:
        """Return the MIDI pitch of a degree counted from 0; degrees beyond 6 run on into the next octave."""
        home = self.tonic if self.tonic <= 6 else self.tonic - 12
        turns, step = divmod(degree, 7)
        return 12 * (octave + 1 + turns) + home + MODES[self.mode][step]

    def chord(self, degree: int, octave: int, *, notes: int = 3) -> tuple[int, ...]:
        """Return the pitches of the chord of stacked thirds on a degree."""
        return tuple(self.pitch(degree + 2 * third, octave) for third in range(notes))


def close_voicing(pitches: Iterable[int], centre: int) -> tuple[int, ...]:
    """Return the pitches, each in the octave nearest to `centre`, so that one chord moves to the next by small steps."""
    return tuple(sorted(pitch - 12 * round((pitch - centre) / 12) for pitch in pitches))
