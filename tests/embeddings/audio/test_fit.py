"""Fitting statistics on raw values, and on a folder of music."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from embeddings.audio import RAW_DIM, AudioEmbedder
from embeddings.audio.families import FAMILIES
from embeddings.audio.filterbanks import Filterbanks
from embeddings.audio.fit import audio_files, fit, fit_folder, refit
from embeddings.audio.statistics import SHIPPED, Statistics, from_bytes, read, to_bytes
from embeddings.errors import EmbeddingError
from embeddings.spaces import AUDIO_DIM
from tests.embeddings.audio.sounds import tune, write

Array = NDArray[np.float32]
TRACKS = 60


@pytest.fixture(scope="module")
def banks() -> Filterbanks:
    return read(SHIPPED)[0].filterbanks


@pytest.fixture(scope="module")
def raw() -> Array:
    return np.random.default_rng(0).normal(5, 3, (TRACKS, RAW_DIM)).astype(np.float32)


@pytest.fixture(scope="module")
def within() -> Array:
    return np.random.default_rng(1).normal(0, 0.3, (200, RAW_DIM)).astype(np.float32)


@pytest.fixture(scope="module")
def fitted(raw: Array, within: Array, banks: Filterbanks) -> Statistics:
    return fit(raw, within, filterbanks=banks, note="noise")


def test_families_fill_the_raw_vector_without_gap_or_overlap() -> None:
    places = np.concatenate([np.arange(RAW_DIM)[family.place] for family in FAMILIES])

    np.testing.assert_array_equal(places, np.arange(RAW_DIM))


def test_projected_tracks_are_unit_vectors(fitted: Statistics, raw: Array) -> None:
    points = fitted.project(raw)

    assert points.shape == (TRACKS, AUDIO_DIM)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1, atol=1e-5)


@settings(deadline=None, max_examples=8)
@given(scale=st.floats(0.01, 100), shift=st.floats(-10, 10))
def test_the_unit_of_a_raw_value_does_not_matter(scale: float, shift: float) -> None:
    rng = np.random.default_rng(2)
    raw, within = rng.normal(size=(TRACKS, RAW_DIM)), rng.normal(0, 0.3, (20, RAW_DIM))
    empty = Filterbanks(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))

    plain = fit(raw, within, filterbanks=empty, note="").project(raw)
    changed = fit(scale * raw + shift, scale * within, filterbanks=empty, note="").project(scale * raw + shift)

    np.testing.assert_allclose(np.abs((plain * changed).sum(axis=1)), 1, atol=1e-3)


def test_a_direction_in_which_copies_differ_is_shrunk(raw: Array, banks: Filterbanks) -> None:
    # All copies differ from their tracks along the first value of the first family alone.
    nuisance = np.zeros((50, RAW_DIM), dtype=np.float32)
    nuisance[:, 0] = np.linspace(-9, 9, 50)
    moved = raw.copy()
    moved[:, 0] += 6
    neutral = np.random.default_rng(3).normal(0, 0.1, (200, RAW_DIM)).astype(np.float32)

    kept = fit(raw, neutral, filterbanks=banks, note="")
    shrunk = fit(raw, nuisance, filterbanks=banks, note="")

    still = [float((each.project(raw) * each.project(moved)).sum(axis=1).mean()) for each in (kept, shrunk)]
    assert still[1] > still[0]


def test_fitting_leaves_its_input_as_it_was(raw: Array, within: Array, banks: Filterbanks) -> None:
    before = raw.copy(), within.copy()

    fit(raw, within, filterbanks=banks, note="")

    np.testing.assert_array_equal(raw, before[0])
    np.testing.assert_array_equal(within, before[1])


def test_a_value_that_never_changes_is_harmless(raw: Array, within: Array, banks: Filterbanks) -> None:
    constant = raw.copy()
    constant[:, 3] = 7

    points = fit(constant, within, filterbanks=banks, note="").project(constant)

    assert np.isfinite(points).all()


def test_too_few_tracks_are_refused_with_their_number(raw: Array, within: Array, banks: Filterbanks) -> None:
    with pytest.raises(EmbeddingError, match="49 tracks"):
        fit(raw[:49], within, filterbanks=banks, note="")


def test_equal_statistics_give_equal_bytes(raw: Array, within: Array, banks: Filterbanks) -> None:
    files = [to_bytes(fit(raw, within, filterbanks=banks, note="same")) for _ in range(2)]

    assert files[0] == files[1]


def test_statistics_survive_their_file(fitted: Statistics, raw: Array) -> None:
    back = from_bytes(to_bytes(fitted), "memory")

    np.testing.assert_array_equal(back.project(raw), fitted.project(raw))
    assert back.note == "noise"


def test_refitting_on_the_same_tracks_keeps_what_is_near(fitted: Statistics, raw: Array) -> None:
    again = refit(raw, fitted, note="again")

    first, second = fitted.project(raw), again.project(raw)
    np.testing.assert_allclose(first @ first.T, second @ second.T, atol=0.1)
    assert again.note == "again"


def test_refitting_follows_a_catalogue_that_sounds_different(fitted: Statistics, raw: Array) -> None:
    other = 2 * raw + 30

    shared = [float(np.linalg.norm(each.project(other).mean(axis=0))) for each in (fitted, refit(other, fitted, note=""))]

    # To the old statistics all of it lies on one side; the new ones are centred on it.
    assert shared[0] > 0.8
    assert shared[1] < 0.3


def test_a_folder_of_music_becomes_a_statistics_file_that_hears(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    for seed in range(50):
        write(music / f"{seed}.wav", tune(seed=seed, length=1.5))
    (music / "notes.txt").write_text("not music")
    (music / "broken.mp3").write_bytes(b"no mp3")

    heard: list[None] = []

    fit_folder([music], tmp_path / "own.npz", {"music": "made up"}, workers=1, heard=lambda: heard.append(None))

    assert len(heard) == len(audio_files([music])) == 51
    embedder = AudioEmbedder(tmp_path / "own.npz")
    assert json.loads(embedder.fitted_on) == {"music": "made up", "tracks": 50, "copies": 100}
    assert embedder.hear(music / "1.wav").version == embedder.version


def test_a_folder_without_music_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="can be heard"):
        fit_folder([tmp_path], tmp_path / "own.npz", {"music": "none"}, workers=1)
