"""The shared transform against librosa's own features."""

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.audio.filterbanks import Filterbanks, build_filterbanks
from embeddings.audio.frames import FREQUENCIES, Frames, frames_of, power_of
from embeddings.audio.sound import BINS, FLOOR_DB, HOP, MELS, RATE, TOP_HZ, WINDOW
from embeddings.audio.statistics import SHIPPED, read
from embeddings.audio.timbre import cepstra
from tests.embeddings.audio.sounds import cadences, noise, sine


@pytest.fixture(scope="module")
def sound() -> NDArray[np.float32]:
    mixed = cadences(2, 1)[: 5 * RATE] + noise(5.0, amplitude=0.01)
    return (0.1 * mixed / np.sqrt(np.mean(mixed**2))).astype(np.float32)


@pytest.fixture(scope="module")
def banks() -> Filterbanks:
    return read(SHIPPED)[0].filterbanks


@pytest.fixture(scope="module")
def frames(sound: NDArray[np.float32], banks: Filterbanks) -> Frames:
    return frames_of(sound, banks)


@pytest.fixture(scope="module")
def spectrum(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return librosa's magnitudes up to the highest bin that is heard."""
    return np.abs(librosa.stft(sound, n_fft=WINDOW, hop_length=HOP, center=False))[:BINS]


def test_the_shipped_filterbanks_are_what_librosa_builds(banks: Filterbanks) -> None:
    built = build_filterbanks()

    np.testing.assert_allclose(banks.mel, built.mel, atol=1e-7)
    np.testing.assert_allclose(banks.chroma, built.chroma, atol=1e-6)


def test_the_power_spectrum_is_librosas(sound: NDArray[np.float32], spectrum: NDArray[np.float32]) -> None:
    windows = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::HOP]

    power = power_of(windows)

    np.testing.assert_allclose(power, spectrum**2, rtol=1e-3, atol=1e-4)


def test_mel_bands_are_librosas_above_the_floor(frames: Frames, sound: NDArray[np.float32]) -> None:
    own = librosa.feature.melspectrogram(y=sound, sr=RATE, n_fft=WINDOW, hop_length=HOP, center=False, n_mels=MELS, fmax=TOP_HZ)

    expected = np.maximum(librosa.power_to_db(own, top_db=None), FLOOR_DB)
    np.testing.assert_allclose(frames.mel, expected, atol=0.01)


def test_cepstra_are_librosas(frames: Frames) -> None:
    expected = librosa.feature.mfcc(S=frames.mel, n_mfcc=20)

    np.testing.assert_allclose(cepstra(frames), expected, atol=1e-2)


def test_centroid_bandwidth_and_rolloff_are_librosas(frames: Frames, spectrum: NDArray[np.float32]) -> None:
    centroid = librosa.feature.spectral_centroid(S=spectrum, freq=FREQUENCIES)[0]
    bandwidth = librosa.feature.spectral_bandwidth(S=spectrum, freq=FREQUENCIES)[0]
    rolloff = librosa.feature.spectral_rolloff(S=spectrum, freq=FREQUENCIES, roll_percent=0.85)[0]

    np.testing.assert_allclose(frames.shape[0], np.log2(centroid + 1), atol=1e-3)
    np.testing.assert_allclose(frames.shape[1], np.log2(bandwidth), atol=1e-3)
    assert np.mean(np.abs(2 ** frames.shape[2] - 1 - rolloff) < RATE / WINDOW * 1.01) == 1.0


def test_flatness_is_librosas_in_decibels(frames: Frames, spectrum: NDArray[np.float32]) -> None:
    expected = 10 * np.log10(librosa.feature.spectral_flatness(S=spectrum)[0])

    np.testing.assert_allclose(frames.shape[3], expected, atol=0.05)


def test_chroma_of_a_sine_is_its_pitch_class(banks: Filterbanks) -> None:
    frames = frames_of(sine(440).astype(np.float32), banks)

    strongest = frames.chroma.mean(axis=1).argmax()

    assert strongest == 9 * 3


def test_noise_has_less_contrast_than_a_chord(frames: Frames, banks: Filterbanks) -> None:
    hiss = frames_of(noise(5.0).astype(np.float32), banks)

    assert hiss.contrast.mean() < frames.contrast.mean()


def test_brightness_tells_on_which_side_of_1500_hz_the_power_is(banks: Filterbanks) -> None:
    low, high = (frames_of(sine(hertz).astype(np.float32), banks).bright.mean() for hertz in (500, 4_000))

    assert (low, high) == (pytest.approx(0, abs=1e-3), pytest.approx(1, abs=1e-3))
