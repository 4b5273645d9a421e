"""Arrangements for machines: ambient pads, techno, drum and bass, and chiptune."""

import numpy as np

from infra.demo import drums
from infra.demo.effects import echo, low_pass, room
from infra.demo.harmony import close_voicing
from infra.demo.sketch import Sketch, melody
from infra.demo.tape import Tape
from infra.demo.tones import Samples, bell, ring, swell, swept, tone


def ambient(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Play slow detuned pads over a low drone, with a few far bells."""
    tape, far = sketch.tape(), sketch.tape()
    cutoff, bar = rng.uniform(500, 1_100), sketch.metre * sketch.beat
    for beat, degree in sketch.chords():
        for place, pitch in enumerate(close_voicing(sketch.key.chord(degree, 3, notes=4), 57)):
            for detune, pan in ((-0.06, -0.7), (0.06, 0.7)):
                pad = tone(pitch + detune, 1.35 * bar, cutoff=cutoff, phase=rng.random())
                tape.lay(swell(pad, attack=0.35 * bar, release=0.5 * bar), beat, gain=0.22, pan=pan * (0.5 + place / 8))
        drone = tone(sketch.key.pitch(degree, 2), 1.2 * bar, shape="sine")
        tape.lay(swell(drone, attack=0.2 * bar, release=0.4 * bar), beat, gain=0.3)
    for note in melody(sketch, rng, rhythms=((2.5, 1.5), (1, 2, 1), (3, 1)), octave=5, rest=0.4):
        far.lay(bell(note.pitch, 2.0, half_life=0.4), note.beat, gain=0.08, pan=rng.uniform(-0.8, 0.8))
    return room(tape.samples + echo(far.samples, seconds=0.75 * sketch.beat, level=0.5), rng, seconds=3.0, level=0.5)


def techno(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Play four on the floor, open hats between, a sixteenth-note bass whose filter closes, and dub chords."""
    tape, chords = sketch.tape(), sketch.tape()
    tape.lay_all(drums.kick(low=rng.uniform(44, 54)), sketch.every(1), gain=0.9)
    tape.lay_all(drums.hat(rng, seconds=0.16), sketch.every(1, start=0.5), gain=0.22, pan=0.2)
    tape.lay_all(drums.hat(rng), sketch.every(0.25), gain=0.08, pan=-0.3)
    tape.lay_all(drums.clap(rng), sketch.in_bars((1, 3)), gain=0.35)
    steps = rng.choice((0, 0, 0, 7, 4, 2, -1), 16)
    gates = rng.random(16) < 0.75
    bright = rng.uniform(1_200, 3_000)
    for beat, degree in sketch.chords():
        for sixteenth in np.flatnonzero(gates):
            pitch = sketch.key.pitch(degree + int(steps[sixteenth]), 2)
            bass = swept(pitch, 0.2 * sketch.beat, bright=bright, dull=250, half_life=0.04)
            tape.lay(swell(bass, attack=0.003, release=0.02), beat + sixteenth / 4, gain=0.28)
        for pitch in close_voicing(sketch.key.chord(degree, 4), 62):
            stab = ring(0.3, 0.08) * tone(pitch, 0.3, shape="square", cutoff=1_800)
            chords.lay_all(swell(stab, attack=0.004, release=0.03), (beat + 0.75, beat + 2.5), gain=0.1)
    return tape.samples + echo(chords.samples, seconds=0.75 * sketch.beat, level=0.55)


def drum_and_bass(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Play a fast broken beat over a slow detuned bass, with a high pad."""
    tape, pads = sketch.tape(), sketch.tape()
    late = float(rng.choice((2.5, 2.75, 3.25)))
    tape.lay_all(drums.kick(low=55, seconds=0.2, click=0.5), sketch.in_bars((0, late)), gain=0.8)
    tape.lay_all(drums.snare(rng, pitch=210), sketch.in_bars((1, 3)), gain=0.6)
    ghosts = [0.25 * slot for slot in (7, 9, 15) if rng.random() < 0.7]
    tape.lay_all(drums.snare(rng, pitch=230, seconds=0.1), sketch.in_bars(ghosts), gain=0.2)
    tape.lay_all(drums.hat(rng, seconds=0.04), sketch.every(0.25), gain=0.14, pan=0.3)
    tape.lay_all(drums.hat(rng, seconds=0.1), sketch.every(0.5), gain=0.18, pan=-0.2)
    growl, bar = rng.uniform(300, 700), sketch.metre * sketch.beat
    for beat, degree in sketch.chords():
        low = sketch.key.pitch(degree, 1)
        for detune, pan in ((-0.2, -0.4), (0.0, 0.0), (0.2, 0.4)):
            reese = tone(low + detune, bar, cutoff=growl, phase=rng.random())
            tape.lay(swell(reese, attack=0.02, release=0.05), beat, gain=0.3, pan=pan)
        for pitch in close_voicing(sketch.key.chord(degree, 5, notes=4), 76):
            pads.lay(swell(tone(pitch, 1.1 * bar, cutoff=2_500, phase=rng.random()), attack=0.15, release=0.3), beat, gain=0.04)
    for note in melody(sketch, rng, rhythms=((1.5, 1.5, 1), (2, 1, 1), (0.5, 1.5, 2)), octave=5, rest=0.2):
        pads.lay(bell(note.pitch, 0.8, ratio=2.0, depth=1.2, half_life=0.15), note.beat, gain=0.1, pan=0.3)
    return tape.samples + room(pads.samples, rng, seconds=1.5, level=0.5)


def chiptune(sketch: Sketch, rng: np.random.Generator) -> Samples:
    """Play a pulse-wave tune over racing square arpeggios, a triangle bass and drums of noise."""
    tape = sketch.tape()
    rhythms = ((0.5,) * 8, (1, 0.5, 0.5, 1, 1), (0.75, 0.75, 0.5, 1, 1), (0.5, 0.5, 1, 0.5, 0.5, 1))
    for note in melody(sketch, rng, rhythms=rhythms, octave=5):
        lead = tone(note.pitch, 0.9 * note.length * sketch.beat, shape="pulse", vibrato=0.006)
        tape.lay(swell(lead, attack=0.002, release=0.01), note.beat, gain=0.5)
    order = rng.permutation(4)
    for beat, degree in sketch.chords():
        chord = (*sketch.key.chord(degree, 4), sketch.key.pitch(degree + 7, 4))
        for step in range(4 * sketch.metre):
            blip = tone(chord[order[step % 4]], 0.22 * sketch.beat, shape="square")
            tape.lay(swell(blip, attack=0.002, release=0.005), beat + step / 4, gain=0.1)
    _pulse_bass(tape, sketch, octave_jump=bool(rng.random() < 0.5))
    crack = low_pass(drums.hat(rng, seconds=0.12), 9_000)
    tape.lay_all(crack, sketch.in_bars((1, 3)), gain=0.5)
    tape.lay_all(drums.hat(rng, seconds=0.03), sketch.every(0.5), gain=0.3)
    tape.lay_all(drums.kick(low=70, seconds=0.12, click=0.0), sketch.in_bars((0, 2, 2.5)), gain=0.4)
    return tape.samples


def _pulse_bass(tape: Tape, sketch: Sketch, *, octave_jump: bool) -> None:
    for beat, degree in sketch.chords():
        for eighth in range(2 * sketch.metre):
            pitch = sketch.key.pitch(degree, 2 + (octave_jump and eighth % 2))
            bass = tone(pitch, 0.4 * sketch.beat, shape="triangle")
            tape.lay(swell(bass, attack=0.003, release=0.02), beat + eighth / 2, gain=0.4)
