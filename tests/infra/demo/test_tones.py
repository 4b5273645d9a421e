"""The demo's instruments are in tune and end quietly."""

from collections.abc import Callable

import numpy as np
import pytest

from infra.demo.effects import echo, high_pass, low_pass, mastered
from infra.demo.tones import RATE, Samples, bell, hertz, pluck, strike, swell, tone

INSTRUMENTS: dict[str, Callable[[int], Samples]] = {
    "saw": lambda pitch: tone(pitch, 1.0, shape="saw"),
    "square": lambda pitch: tone(pitch, 1.0, shape="square"),
    "triangle": lambda pitch: tone(pitch, 1.0, shape="triangle"),
    "string": lambda pitch: pluck(pitch, 1.0, np.random.default_rng(0)),
    "piano": lambda pitch: strike(pitch, 1.0),
    "bell": lambda pitch: bell(pitch, 1.0),
}


@pytest.mark.parametrize("instrument", INSTRUMENTS)
@pytest.mark.parametrize("pitch", [45, 57, 69, 76])
def test_a_note_sounds_at_its_pitch(instrument: str, pitch: int) -> None:
    expected = {45: 110.0, 57: 220.0, 69: 440.0, 76: 659.26}[pitch]

    sound = INSTRUMENTS[instrument](pitch)

    assert _strongest_near(sound, expected) == pytest.approx(expected, rel=0.01)


def test_concert_a_is_440_hz() -> None:
    assert hertz(69) == 440.0


def test_a_swell_starts_and_ends_in_silence_and_leaves_its_input_alone() -> None:
    sound = np.ones(RATE, dtype=np.float32)

    swollen = swell(sound, attack=0.1, release=0.1)

    assert swollen[0] == 0.0
    assert swollen[RATE // 2] == 1.0
    assert swollen[-1] < 0.001
    assert sound.min() == 1.0


def test_filters_keep_their_side_of_the_cutoff() -> None:
    low, high = tone(45, 1.0, shape="sine"), tone(105, 1.0, shape="sine")
    both = low + high

    kept_low, kept_high = low_pass(both, 700), high_pass(both, 700)

    middle = slice(RATE // 4, 3 * RATE // 4)
    np.testing.assert_allclose(kept_low[middle], low[middle], atol=0.02)
    np.testing.assert_allclose(kept_high[middle], high[middle], atol=0.02)


def test_an_echo_comes_back_later_and_quieter() -> None:
    clap = np.zeros(RATE, dtype=np.float32)
    clap[0] = 1.0

    heard = echo(clap, seconds=0.2, repeats=2, level=0.5)

    assert {int(place): float(heard[place]) for place in np.flatnonzero(heard)} == {0: 1.0, 4410: 0.5, 8820: 0.25}


def test_mastering_sets_the_peak_and_fades_both_ends() -> None:
    sound = 3 * np.stack([tone(69, 2.0), tone(57, 2.0)], axis=1)

    finished = mastered(sound, peak=0.8)

    assert np.abs(finished).max() == pytest.approx(0.8)
    assert np.abs(finished[0]).max() == 0.0
    assert np.abs(finished[-1]).max() == 0.0


def _strongest_near(sound: Samples, frequency: float) -> float:
    # a long transform puts the bins 0.17 Hz apart
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 131_072))
    frequencies = np.fft.rfftfreq(131_072, 1 / RATE)
    near = (frequencies > 0.75 * frequency) & (frequencies < 1.33 * frequency)
    return float(frequencies[near][spectrum[near].argmax()])
