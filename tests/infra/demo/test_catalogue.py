"""The demo catalogue sounds as it is declared: tempo, key, level, and ten styles that differ."""

from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from infra.demo.catalogue import DemoTrack, demo_tracks
from infra.demo.styles import STYLES
from infra.demo.tones import RATE

TRACKS = demo_tracks()
TUNEFUL = ("ambient", "piano ballad", "chiptune", "folk", "waltz", "lo-fi hip hop")


@pytest.fixture(scope="module")
def heard() -> list[tuple[DemoTrack, NDArray[np.float32]]]:
    """Two tracks of each style, with their samples."""
    return [(track, track.samples()) for place, track in enumerate(TRACKS) if place % 6 in {0, 3}]


def test_there_are_six_tracks_in_each_of_ten_styles() -> None:
    assert Counter(track.style for track in TRACKS) == dict.fromkeys(STYLES, 6)


def test_the_same_seed_makes_the_same_catalogue_and_another_seed_another() -> None:
    assert demo_tracks(7) == TRACKS
    assert demo_tracks(8) != TRACKS


@pytest.mark.parametrize("style", STYLES)
def test_samples_are_the_same_to_the_bit_each_time(style: str, heard: list[tuple[DemoTrack, NDArray[np.float32]]]) -> None:
    track, first = next((track, samples) for track, samples in heard if track.style == style)

    again = track.samples()

    assert again.tobytes() == first.tobytes()


def test_labels_are_complete_and_of_sensible_size() -> None:
    words = {genre for track in TRACKS for genre in track.genres}

    assert 8 <= len(words) <= 16
    assert all(1 <= len(set(track.genres)) == len(track.genres) <= 3 for track in TRACKS)
    assert all(2 <= len(set(track.tags)) <= 3 for track in TRACKS)
    assert all(1960 <= track.year <= 2025 for track in TRACKS)
    assert sum(track.explicit for track in TRACKS) == 5
    assert len({(track.title, track.artists) for track in TRACKS}) == 60


def test_each_style_has_three_artists_and_some_artists_play_two_styles() -> None:
    leads = {(track.artists[0], track.style) for track in TRACKS}

    assert Counter(style for _, style in leads) == dict.fromkeys(STYLES, 3)
    assert set(Counter(artist for artist, _ in leads).values()) == {1, 2}


def test_an_album_has_one_year_and_one_leading_artist() -> None:
    for album in {track.album for track in TRACKS}:
        assert len({(track.artists[0], track.year) for track in TRACKS if track.album == album}) == 1


def test_plans_keep_to_what_their_style_declares() -> None:
    for track in TRACKS:
        style, sketch = STYLES[track.style], track.sketch
        assert style.tempo[0] <= sketch.tempo <= style.tempo[1]
        assert sketch.key.mode in style.modes
        assert 10_000 < track.duration_ms < 15_000


def test_tracks_of_one_style_differ_in_tempo_or_key() -> None:
    plans = {(track.style, track.sketch.tempo, track.sketch.key) for track in TRACKS}

    assert len(plans) == 60


def test_levels_are_sane_and_nothing_clips(heard: list[tuple[DemoTrack, NDArray[np.float32]]]) -> None:
    for track, samples in heard:
        level = np.sqrt((samples**2).mean())
        assert samples.dtype == np.float32
        assert np.isfinite(samples).all()
        assert 0.45 < np.abs(samples).max() < 0.9, track.title
        assert 0.05 < level < 0.3, track.title
        assert np.abs(samples[0]).max() == np.abs(samples[-1]).max() == 0.0
        assert samples.shape[0] == pytest.approx(track.duration_ms / 1_000 * RATE, abs=RATE / 1_000)


def test_no_two_tracks_are_near_duplicates(heard: list[tuple[DemoTrack, NDArray[np.float32]]]) -> None:
    spectra = [np.fft.rfft(_mono(samples), 1 << 19) for _, samples in heard]
    loudness = [np.sqrt((_mono(samples) ** 2).sum()) for _, samples in heard]

    for one, other in combinations(range(len(heard)), 2):
        if heard[one][0].style == heard[other][0].style:
            match = np.abs(np.fft.irfft(spectra[one] * np.conj(spectra[other]))).max() / (loudness[one] * loudness[other])
            assert match < 0.7, (heard[one][0].title, heard[other][0].title)


def test_the_techno_kick_comes_once_a_beat(heard: list[tuple[DemoTrack, NDArray[np.float32]]]) -> None:
    for track, samples in heard:
        if track.style == "techno":
            assert _beats_per_minute(_mono(samples)) == pytest.approx(track.sketch.tempo, rel=0.02)


def test_tuneful_styles_sound_in_the_key_they_declare(heard: list[tuple[DemoTrack, NDArray[np.float32]]]) -> None:
    for track, samples in heard:
        if track.style in TUNEFUL:
            energy = _energy_by_pitch_class(_mono(samples))
            assert energy[list(track.sketch.key.pitch_classes)].sum() > 0.8, track.title


def test_styles_can_be_told_apart_by_their_timbre(heard: list[tuple[DemoTrack, NDArray[np.float32]]]) -> None:
    timbres = np.array([_timbre(_mono(samples)) for _, samples in heard])
    styles = [track.style for track, _ in heard]

    gaps = np.linalg.norm(timbres[:, None] - timbres[None], axis=2) + np.diag(np.full(len(timbres), np.inf))
    nearest = [styles[place] for place in gaps.argmin(axis=1)]

    assert sum(one == other for one, other in zip(styles, nearest, strict=True)) >= 16


def test_bright_styles_are_brighter_than_mellow_ones(heard: list[tuple[DemoTrack, NDArray[np.float32]]]) -> None:
    brightness = {track.style: _centroid(_mono(samples)) for track, samples in heard}

    assert brightness["lo-fi hip hop"] < brightness["ambient"] < brightness["metal"] < brightness["folk"]


def _mono(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return samples if samples.ndim == 1 else samples.mean(axis=1)


def _power(mono: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # six seconds from the third on: a power of two of samples is quick to transform
    middle = mono[2 * RATE : 2 * RATE + (1 << 17)]
    return np.fft.rfftfreq(len(middle), 1 / RATE), np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) ** 2


def _centroid(mono: NDArray[np.float32]) -> float:
    frequencies, power = _power(mono)
    return float((frequencies * power).sum() / power.sum())


def _timbre(mono: NDArray[np.float32]) -> NDArray[np.float64]:
    # the level of each third of an octave in dB, beside the loudest: what an equaliser's display shows
    frequencies, power = _power(mono)
    edges = 50.0 * 2.0 ** (np.arange(24) / 3)
    bands = np.array([power[(frequencies >= low) & (frequencies < high)].sum() for low, high in pairwise(edges)])
    return 10 * np.log10(bands / bands.max() + 1e-7)


def _energy_by_pitch_class(mono: NDArray[np.float32]) -> NDArray[np.float64]:
    frequencies, power = _power(mono)
    sung = (frequencies > 110) & (frequencies < 1_000)
    pitch = np.round(12 * np.log2(frequencies[sung] / 440) + 69).astype(int) % 12
    energy = np.bincount(pitch, power[sung], minlength=12)
    return energy / energy.sum()


def _beats_per_minute(mono: NDArray[np.float32]) -> float:
    # rises of the loudness below 120 Hz, 200 times a second, compared with themselves later on
    beginning = mono[: 1 << 17]
    spectrum = np.fft.rfft(beginning)
    spectrum[np.fft.rfftfreq(len(beginning), 1 / RATE) > 120] = 0
    hop = RATE // 200
    low = np.abs(np.fft.irfft(spectrum))
    loudness = low[: len(low) // hop * hop].reshape(-1, hop).mean(axis=1)
    rises = np.maximum(np.diff(loudness), 0)
    rises -= rises.mean()
    alike = np.correlate(rises, rises, "full")[len(rises) - 1 :]
    slowest, fastest = 60 * 200 // 80, 60 * 200 // 180
    lag = fastest + int(alike[fastest:slowest].argmax())
    return 60 * 200 / lag
