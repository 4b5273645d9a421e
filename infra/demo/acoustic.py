"""Arrangements for wood and strings: piano ballad, folk picking and orchestral waltz."""

import numpy as np

from infra.demo import drums
from infra.demo.effects import low_pass, room
from infra.demo.harmony import close_voicing
from infra.demo.sketch import Sketch, melody
from infra.demo.tape import Tape
from infra.demo.tones import Samples, pluck, strike, swell, tone


def piano_ballad(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Play a tune over broken chords on a piano with the pedal down."""
    tape = sketch.tape()
    hardness = rng.uniform(0.45, 0.65)
    broken = ((0, 2, 4, 7, 9, 7, 4, 2), (0, 4, 7, 9, 11, 9, 7, 4), (0, 4, 2, 7, 4, 9, 7, 4))[rng.integers(3)]
    for beat, degree in sketch.chords():
        for eighth, step in enumerate(broken[: 2 * sketch.metre]):
            held = (2.0 - eighth / 8) * sketch.beat
            note = strike(sketch.key.pitch(degree + step, 2), held, hardness=hardness)
            _touch(tape, note, beat + eighth / 2, gain=(0.42 if eighth == 0 else 0.26) * rng.uniform(0.85, 1.1), rng=rng)
    for tune in melody(sketch, rng, rhythms=((2, 1, 1), (1.5, 0.5, 2), (1, 1, 1, 1), (3, 1)), octave=4):
        note = strike(tune.pitch, (tune.length + 1) * sketch.beat, hardness=hardness + 0.05)
        _touch(tape, note, tune.beat, gain=0.5 * rng.uniform(0.85, 1.1), rng=rng)
    return room(tape.samples, rng, seconds=1.4, level=0.18)


def folk(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Pick a steel-string pattern with an alternating thumb, and a plucked tune above it."""
    tape = sketch.tape()
    brightness = rng.uniform(0.4, 0.7)
    fingers = rng.permutation((2, 4, 7, 9))
    for beat, degree in sketch.chords():
        for thumb in range(sketch.metre):
            low = sketch.key.pitch(degree + (4 if thumb % 2 else 0), 2)
            tape.lay(_picked(low, 1.2, rng, brightness), beat + thumb, gain=0.5, pan=-0.15)
            high = sketch.key.pitch(degree + int(fingers[thumb % 4]), 3)
            tape.lay(_picked(high, 1.0, rng, brightness), beat + thumb + 0.5, gain=0.4, pan=-0.35)
    for note in melody(sketch, rng, rhythms=((1, 0.5, 0.5, 1, 1), (0.5, 0.5, 1, 0.5, 0.5, 1), (1.5, 0.5, 1, 1)), octave=4, rest=0.15):
        tape.lay(_picked(note.pitch, 0.9, rng, 0.85), note.beat, gain=0.55, pan=0.4)
    if rng.random() < 0.6:
        tape.lay_all(drums.shaker(rng), sketch.every(0.5), gain=0.06, pan=0.5)
    return room(tape.samples, rng, seconds=0.6, level=0.1)


def waltz(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Play a bowed tune in thirds over low strings on one and plucked chords on two and three."""
    tape = sketch.tape()
    for beat, degree in sketch.chords():
        bass = tone(sketch.key.pitch(degree, 2), 1.6 * sketch.beat, cutoff=700, vibrato=0.003)
        tape.lay(swell(bass, attack=0.06, release=0.25), beat, gain=0.35, pan=0.4)
        for pitch in close_voicing(sketch.key.chord(degree, 3), 58):
            tape.lay_all(swell(pluck(pitch, 0.35, rng, brightness=0.3), attack=0.002, release=0.1), (beat + 1, beat + 2), gain=0.3, pan=0.2)
            section = tone(pitch, 3.1 * sketch.beat, cutoff=1_500, vibrato=0.004, phase=rng.random())
            tape.lay(swell(section, attack=0.25, release=0.35), beat, gain=0.09, pan=-0.1)
    for note in melody(sketch, rng, rhythms=((2, 1), (1, 1, 1), (3,), (1.5, 0.5, 1)), octave=5, rest=0.0):
        for pitch, level in ((note.pitch, 0.16), (note.pitch - 12, 0.1)):
            _bow(tape, pitch, note.beat, (note.length + 0.15) * sketch.beat, level, rng)
    return room(low_pass(tape.samples, 6_000), rng, seconds=2.0, level=0.3)


def _touch(tape: Tape, note: Samples, beat: float, *, gain: float, rng: np.random.Generator) -> None:
    # a pianist's two hands are never quite on the beat
    tape.lay(swell(note, attack=0.002, release=0.12), max(0.0, beat + rng.normal(0, 0.008)), gain=gain)


def _picked(pitch: int, seconds: float, rng: np.random.Generator, brightness: float) -> Samples:
    return swell(pluck(pitch, seconds, rng, brightness=brightness), attack=0.001, release=0.2)


def _bow(tape: Tape, pitch: int, beat: float, seconds: float, level: float, rng: np.random.Generator) -> None:
    for detune, pan in ((-0.07, -0.6), (0.0, -0.3), (0.08, 0.0)):
        violin = tone(pitch + detune, seconds, cutoff=3_200, vibrato=0.006, phase=rng.random())
        tape.lay(swell(violin, attack=0.07, release=0.12), beat, gain=level, pan=pan)
