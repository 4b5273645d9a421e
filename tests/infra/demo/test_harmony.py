"""Keys, chords and melodies of the demo."""

import numpy as np
import pytest

from infra.demo.harmony import Key, close_voicing
from infra.demo.sketch import Sketch, melody

A_MINOR = Key(9, "aeolian")


def test_c_major_is_the_white_keys() -> None:
    assert Key(0, "ionian").pitch_classes == {0, 2, 4, 5, 7, 9, 11}


def test_degrees_run_on_into_the_next_octave() -> None:
    assert [Key(0, "ionian").pitch(degree, 4) for degree in (-1, 0, 6, 7, 9)] == [59, 60, 71, 72, 76]


def test_chords_are_stacked_thirds() -> None:
    assert Key(0, "ionian").chord(4, 4, notes=4) == (67, 71, 74, 77)


def test_a_close_voicing_keeps_the_notes_and_stays_near_its_centre() -> None:
    voiced = close_voicing((36, 52, 91), 60)

    assert voiced == (55, 60, 64)


@pytest.mark.parametrize("seed", range(5))
def test_a_melody_stays_in_its_key_and_inside_its_bars(seed: int) -> None:
    sketch = Sketch(tempo=120, key=A_MINOR, metre=4, progression=(0, 5, 2, 6), bars=6)

    notes = list(melody(sketch, np.random.default_rng(seed), rhythms=((1, 1, 2), (0.5, 1.5, 2)), octave=4))

    assert {note.pitch % 12 for note in notes} <= A_MINOR.pitch_classes
    assert all(note.beat >= 0 and note.beat + note.length <= 24 for note in notes)
    assert len(notes) > 6


def test_a_sketch_lasts_its_bars_and_a_ringing_tail() -> None:
    sketch = Sketch(tempo=120, key=A_MINOR, metre=4, progression=(0, 3), bars=3)

    chords = list(sketch.chords())

    assert sketch.seconds == pytest.approx(6.0 + 0.8)
    assert chords == [(0.0, 0), (4.0, 3), (8.0, 0)]
    assert sketch.in_bars((1, 3)) == [1, 3, 5, 7, 9, 11]
