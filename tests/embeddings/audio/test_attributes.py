"""Readable attributes of sounds whose answer is known."""

import numpy as np
import pytest

from embeddings.audio import ATTRIBUTES, AudioEmbedder
from tests.embeddings.audio.sounds import RATE, Sound, cadences, clicks, file_of, noise, sine, tune


@pytest.fixture(scope="module")
def embedder() -> AudioEmbedder:
    return AudioEmbedder()


def _hear(embedder: AudioEmbedder, sound: Sound) -> dict[str, float]:
    return dict(embedder.hear(file_of(sound, subtype="FLOAT")).attributes)


@pytest.mark.parametrize("bpm", [60, 75, 90, 100, 120, 128, 140, 160, 180, 200])
def test_tempo_of_clicks_is_their_rate(embedder: AudioEmbedder, bpm: int) -> None:
    tempo = _hear(embedder, clicks(bpm))["tempo"]

    assert tempo == pytest.approx(bpm, rel=0.02)


@pytest.mark.parametrize("mode", [0, 1])
@pytest.mark.parametrize("key", range(12))
def test_key_and_mode_of_cadences_are_theirs(embedder: AudioEmbedder, key: int, mode: int) -> None:
    found = _hear(embedder, cadences(key, mode))

    assert (found["key"], found["mode"]) == (key, mode)


@pytest.mark.parametrize("detune", [-0.4, -0.2, 0.2, 0.4])
def test_key_survives_an_instrument_tuned_higher_or_lower(embedder: AudioEmbedder, detune: float) -> None:
    found = _hear(embedder, cadences(7, 1, detune=detune))

    assert (found["key"], found["mode"]) == (7, 1)


def test_noise_has_no_key(embedder: AudioEmbedder) -> None:
    assert _hear(embedder, noise(5.0))["key"] == -1


def test_loudness_of_the_standards_sine_is_what_the_standard_says(embedder: AudioEmbedder) -> None:
    # ITU-R BS.1770-4: a 997 Hz sine at full scale in one channel is -3.01 LUFS
    full = _hear(embedder, sine(997, amplitude=1.0))["loudness"]

    assert full == pytest.approx(-3.01, abs=0.1)


def test_loudness_falls_by_the_decibels_taken_away(embedder: AudioEmbedder) -> None:
    loud, quiet = (_hear(embedder, 10 ** (-decibels / 20) * tune())["loudness"] for decibels in (0, 12))

    assert loud - quiet == pytest.approx(12, abs=0.05)


def test_two_equal_channels_are_three_decibels_louder_than_one(embedder: AudioEmbedder) -> None:
    one = tune(length=5.0)

    loudness = [_hear(embedder, sound)["loudness"] for sound in (one, np.stack([one, one], axis=1))]

    assert loudness[1] - loudness[0] == pytest.approx(3.01, abs=0.05)


def test_the_level_changes_loudness_alone(embedder: AudioEmbedder) -> None:
    loud, quiet = (_hear(embedder, factor * tune()) for factor in (1.0, 0.1))

    others = [name for name in loud if name != "loudness"]
    assert [loud[name] for name in others] == pytest.approx([quiet[name] for name in others], abs=1e-3)


def test_brightness_orders_a_low_sine_noise_and_a_high_sine(embedder: AudioEmbedder) -> None:
    low, hiss, high = (_hear(embedder, sound)["brightness"] for sound in (sine(200), noise(), sine(5_000)))

    assert low < 0.01
    assert 0.5 < hiss < 0.99
    assert high > 0.99


def test_noise_has_more_energy_than_a_sine(embedder: AudioEmbedder) -> None:
    hiss, calm = (_hear(embedder, sound)["energy"] for sound in (noise(), sine(220)))

    assert calm < 0.2
    assert hiss > 0.8


def test_clicks_at_a_steady_rate_can_be_danced_to_and_noise_cannot(embedder: AudioEmbedder) -> None:
    steady, none = (_hear(embedder, sound)["danceability"] for sound in (clicks(120), noise(15.0)))

    assert none < 0.2
    assert steady > 0.7


def test_decaying_strings_are_more_acoustic_than_noise(embedder: AudioEmbedder) -> None:
    strings, hiss = (_hear(embedder, sound)["acousticness"] for sound in (cadences(0, 1), noise()))

    assert hiss < 0.2
    assert strings > 0.7


def test_sound_that_swells_at_the_rate_of_syllables_is_less_instrumental_than_a_steady_one(embedder: AudioEmbedder) -> None:
    steady = sine(1_500, 6.0)
    syllables = steady * (1.01 + np.sin(2 * np.pi * 4 * np.arange(len(steady)) / RATE))

    spoken, held = (_hear(embedder, sound)["instrumentalness"] for sound in (syllables, steady))

    assert spoken < 0.2
    assert held > 0.7


@pytest.mark.parametrize("sound", [sine(), sine(30), sine(10_900), noise(), clicks(60), tune(), sine(length=1.0), clicks(250, 1.5)])
def test_every_attribute_lies_in_its_documented_range(embedder: AudioEmbedder, sound: Sound) -> None:
    found = _hear(embedder, sound)

    assert set(found) == {each.name for each in ATTRIBUTES}
    assert all(each.low <= found[each.name] <= each.high for each in ATTRIBUTES)
    assert found["key"] in range(-1, 12)
    assert found["mode"] in (0, 1)


def test_every_attribute_says_what_it_means() -> None:
    names = [each.name for each in ATTRIBUTES]

    assert len(set(names)) == len(names) == 9
    assert all(each.low < each.high and len(each.meaning) > 20 for each in ATTRIBUTES)
