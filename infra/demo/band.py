"""Arrangements for a band: funk, metal and lo-fi hip hop."""

import numpy as np

from infra.demo import drums
from infra.demo.effects import high_pass, low_pass, overdrive, room
from infra.demo.harmony import close_voicing
from infra.demo.sketch import Sketch, melody
from infra.demo.tape import Tape
from infra.demo.tones import Samples, bell, pluck, swell, swept, tone


def funk(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Play a syncopated bass and drum groove with scratched chords and horn stabs."""
    tape = sketch.tape()
    slots = np.flatnonzero(rng.random(16) < np.tile((0.9, 0.25, 0.5, 0.45), 4))
    steps = {int(slot): int(rng.choice((0, 0, 7, 6, 4, 2))) for slot in slots}
    pushes = [slot / 4 for slot in slots if slot % 4 == 3]
    tape.lay_all(drums.kick(low=58, seconds=0.2, click=0.4), sketch.in_bars((0, *pushes, 2.5)), gain=0.6)
    tape.lay_all(drums.snare(rng, pitch=220, seconds=0.16), sketch.in_bars((1, 3)), gain=0.5)
    tape.lay_all(drums.snare(rng, pitch=220, seconds=0.08), sketch.in_bars((1.75, 2.25)), gain=0.12)
    tape.lay_all(drums.hat(rng), sketch.every(0.25), gain=0.13, pan=0.3)
    hits = sorted(float(beat) for beat in rng.choice((0.0, 1.5, 1.75, 2.75, 3.5), 2, replace=False))
    for beat, degree in sketch.chords():
        for slot, step in steps.items():
            bass = swept(sketch.key.pitch(degree + step, 1), 0.24 * sketch.beat, shape="square", bright=1_600, dull=350, half_life=0.05)
            tape.lay(swell(bass, attack=0.003, release=0.03), beat + slot / 4, gain=0.55)
        chord = close_voicing(sketch.key.chord(degree, 4, notes=4), 64)
        _scratch(tape, chord, beat, sketch, rng)
        for pitch in chord:
            horn = swept(pitch, 0.35 * sketch.beat, bright=4_000, dull=1_200, half_life=0.1)
            tape.lay_all(swell(horn, attack=0.02, release=0.05), [beat + hit for hit in hits], gain=0.13, pan=-0.3)
    return room(tape.samples, rng, seconds=0.4, level=0.08)


def metal(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Play palm-muted power chords through an overdriven amplifier over double bass drums, with a lead."""
    tape, lead = sketch.tape(), sketch.tape()
    chugs = np.flatnonzero(rng.random(8) < 0.8)
    left, right = (_guitar(sketch, chugs, rng) for _ in range(2))
    tape.samples = 0.34 * np.stack([left, right], axis=1)
    for note in melody(sketch, rng, rhythms=((0.5,) * 8, (1, 1, 0.5, 0.5, 1), (0.25,) * 8 + (1, 1)), octave=4, rest=0.05):
        lead.lay(swell(tone(note.pitch, note.length * sketch.beat, vibrato=0.008), attack=0.004, release=0.02), note.beat, gain=0.8)
    tape.samples += 0.14 * low_pass(overdrive(lead.samples, 6.0), 4_000)
    for beat, degree in sketch.chords():
        bass = tone(sketch.key.pitch(degree, 1), sketch.metre * sketch.beat, cutoff=900)
        tape.lay(swell(bass, attack=0.01, release=0.05), beat, gain=0.25)
    tape.lay_all(drums.kick(low=60, seconds=0.12, click=0.9), sketch.in_bars([chug / 2 for chug in chugs]), gain=0.5)
    tape.lay_all(drums.kick(low=60, seconds=0.1, click=0.9), sketch.in_bars((3.0, 3.25, 3.5, 3.75)), gain=0.4)
    tape.lay_all(drums.snare(rng, pitch=190, seconds=0.25), sketch.in_bars((1, 3)), gain=0.6)
    tape.lay_all(drums.hat(rng, seconds=0.5), sketch.every(1), gain=0.3, pan=0.4)
    tape.lay_all(drums.tom(pitch=90), sketch.every(sketch.metre, start=3.5), gain=0.5, pan=-0.4)
    return tape.samples


def lofi(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Play seventh chords on an electric piano over a lazy swung beat, through a worn record."""
    tape = sketch.tape()
    swing = rng.uniform(0.08, 0.16)
    tape.lay_all(drums.kick(low=50, seconds=0.3, click=0.1), sketch.in_bars((0, 1.5 + swing, 2.5 + swing)), gain=0.75)
    tape.lay_all(drums.snare(rng, pitch=170, wires=0.5), sketch.in_bars((1.03, 3.03)), gain=0.5)
    tape.lay_all(drums.hat(rng), [*sketch.every(1), *sketch.every(1, start=0.5 + swing)], gain=0.2, pan=0.2)
    for beat, degree in sketch.chords():
        for place, pitch in enumerate(close_voicing(sketch.key.chord(degree, 4, notes=5), 60)):
            keys = bell(pitch, 2.4 * sketch.beat, ratio=1.0, depth=1.1, half_life=0.7)
            for start in (0.0, 2.5 + swing):
                tape.lay(swell(keys, attack=0.01, release=0.2), beat + start + 0.015 * place, gain=0.17, pan=place / 6 - 0.3)
        low = sketch.key.pitch(degree, 2)
        for start, length in ((0.0, 1.3), (2.5 + swing, 1.2)):
            tape.lay(swell(tone(low, length * sketch.beat, shape="triangle", cutoff=500), attack=0.02, release=0.1), beat + start, gain=0.5)
    for note in melody(sketch, rng, rhythms=((1.5, 0.5, 2), (0.5, 0.5, 1, 2), (2, 2)), octave=5, rest=0.35):
        tape.lay(bell(note.pitch, 1.2, ratio=2.0, depth=0.6, half_life=0.3), note.beat + 0.04, gain=0.14, pan=0.3)
    return low_pass(tape.samples, 2_800) + _worn_record(len(tape.samples), rng)


def _scratch(tape: Tape, chord: tuple[int, ...], beat: float, sketch: Sketch, rng: np.random.Generator) -> None:
    for sixteenth in range(2, 4 * sketch.metre, 4):
        for string, pitch in enumerate(chord):
            muted = swell(pluck(pitch + 12, 0.12, rng, brightness=1.0, damping=0.97), attack=0.001, release=0.03)
            tape.lay(muted, beat + sixteenth / 4 + 0.01 * string, gain=0.25, pan=0.5)


def _guitar(sketch: Sketch, chugs: np.ndarray[tuple[int, ...], np.dtype[np.int64]], rng: np.random.Generator) -> Samples:
    tape = sketch.tape()
    for beat, degree in sketch.chords():
        root = sketch.key.pitch(degree, 2) - 12 * (sketch.key.pitch(degree, 2) > 46)
        for interval in (0, 7, 12):
            open_chord = tone(root + interval + rng.normal(0, 0.04), 0.95 * sketch.beat, cutoff=5_000, phase=rng.random())
            muted = swept(root + interval, 0.4 * sketch.beat, bright=3_000, dull=300, half_life=0.04)
            for chug in chugs:
                tape.lay(swell(muted, attack=0.002, release=0.04), beat + chug / 2, gain=0.4)
            tape.lay(swell(open_chord, attack=0.003, release=0.05), beat + sketch.metre - 1, gain=0.5)
    return high_pass(low_pass(overdrive(tape.samples[:, 0], 5.0), 4_500), 90)


def _worn_record(count: int, rng: np.random.Generator) -> Samples:
    hiss = 0.006 * rng.standard_normal((count, 2))
    clicks = np.where(rng.random((count, 1)) < 0.0008, rng.uniform(-0.25, 0.25, (count, 1)), 0.0)
    return (hiss + clicks).astype(np.float32)
