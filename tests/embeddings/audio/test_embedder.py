"""The audio embedder as the rest of the engine sees it."""

import io
import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings.audio import NEAR_DUPLICATE_COSINE, RAW_DIM, AudioEmbedder
from embeddings.audio.statistics import SHIPPED
from embeddings.errors import ArtefactInvalid, Unhearable
from embeddings.spaces import AUDIO_DIM
from tests.embeddings.audio.sounds import RATE, file_of, noise, sine, tune, write


@pytest.fixture(scope="module")
def embedder() -> AudioEmbedder:
    return AudioEmbedder()


def test_a_track_has_a_unit_vector_and_its_raw_values(embedder: AudioEmbedder) -> None:
    heard = embedder.hear(file_of(tune()))

    assert (heard.vector.shape, heard.vector.dtype) == ((AUDIO_DIM,), np.float32)
    assert (heard.raw.shape, heard.raw.dtype) == ((RAW_DIM,), np.float32)
    assert np.linalg.norm(heard.vector) == pytest.approx(1, abs=1e-5)
    assert (heard.duration_ms, heard.sample_rate, heard.channels, heard.version) == (12_000, RATE, 1, embedder.version)


def test_hearing_twice_gives_the_same_bits(embedder: AudioEmbedder) -> None:
    first, second = (embedder.hear(file_of(tune())) for _ in range(2))

    assert first.vector.tobytes() == second.vector.tobytes()
    assert first.raw.tobytes() == second.raw.tobytes()
    assert (first.attributes, first.content_hash) == (second.attributes, second.content_hash)


def test_another_process_with_other_threads_hears_the_same_bits(embedder: AudioEmbedder, tmp_path: Path) -> None:
    path = write(tmp_path / "tune.wav", tune())
    script = (
        "import sys; from pathlib import Path; from embeddings.audio import AudioEmbedder;"
        "sys.stdout.write(AudioEmbedder().hear(Path(sys.argv[1])).vector.tobytes().hex())"
    )

    outputs = [
        subprocess.run([sys.executable, "-c", script, path], env={"OPENBLAS_NUM_THREADS": threads}, capture_output=True, check=True).stdout
        for threads in ("1", "2")
    ]

    assert {output.decode() for output in outputs} == {embedder.hear(path).vector.tobytes().hex()}


def test_what_is_heard_crosses_a_process_boundary(embedder: AudioEmbedder) -> None:
    heard = embedder.hear(file_of(tune()))

    copy = pickle.loads(pickle.dumps(heard))  # noqa: S301 - made on the line itself

    assert copy.content_hash == heard.content_hash
    assert copy.attributes == heard.attributes
    assert copy.vector.tobytes() == heard.vector.tobytes()


def test_the_vector_is_the_projection_of_the_raw_values(embedder: AudioEmbedder) -> None:
    heard = [embedder.hear(file_of(tune(seed=seed))) for seed in range(3)]

    projected = embedder.project(np.stack([each.raw for each in heard]))

    np.testing.assert_array_equal(projected, np.stack([each.vector for each in heard]))


def test_projecting_leaves_the_raw_values_as_they_were(embedder: AudioEmbedder) -> None:
    raw = np.stack([embedder.hear(file_of(tune())).raw])
    before = raw.copy()

    embedder.project(raw)

    np.testing.assert_array_equal(raw, before)


@pytest.mark.parametrize("alteration", ["mp3", "quieter", "stereo", "16 kHz"])
def test_a_poorer_copy_of_a_tune_is_nearer_to_it_than_any_other_tune(embedder: AudioEmbedder, alteration: str) -> None:
    originals = [tune(seed=seed) for seed in range(8)]
    copies = {
        "mp3": lambda sound: file_of(sound, format="MP3", bitrate_mode="CONSTANT", compression_level=0.6),
        "quieter": lambda sound: file_of(0.25 * sound),
        "stereo": lambda sound: file_of(np.stack([sound, sound], axis=1)),
        "16 kHz": lambda sound: file_of(np.interp(np.arange(0, len(sound), RATE / 16_000), np.arange(len(sound)), sound), rate=16_000),
    }
    catalogue = np.stack([embedder.hear(file_of(sound)).vector for sound in originals])

    found = [int((catalogue @ embedder.hear(copies[alteration](sound)).vector).argmax()) for sound in originals]

    assert found == list(range(8))


def test_a_quieter_copy_is_a_near_duplicate_and_another_tune_is_not(embedder: AudioEmbedder) -> None:
    tune_one, quieter, tune_two = (embedder.hear(file_of(sound)).vector for sound in (tune(), 0.25 * tune(), tune(seed=5)))

    assert tune_one @ quieter >= NEAR_DUPLICATE_COSINE > tune_one @ tune_two


def test_one_second_has_a_vector(embedder: AudioEmbedder) -> None:
    heard = embedder.hear(file_of(noise(1.0)))

    assert np.isfinite(heard.vector).all()
    assert np.isfinite(heard.raw).all()


def test_silence_is_refused_with_a_reason(embedder: AudioEmbedder) -> None:
    with pytest.raises(Unhearable) as refusal:
        embedder.hear(file_of(np.zeros(RATE * 3)))

    assert (refusal.value.code, bool(refusal.value.reason)) == ("silent", True)


def test_the_version_is_that_of_the_statistics(tmp_path: Path, embedder: AudioEmbedder) -> None:
    copy = tmp_path / "copy.npz"
    copy.write_bytes(SHIPPED.read_bytes())
    with np.load(SHIPPED) as arrays:
        np.savez(tmp_path / "other.npz", **{**arrays, "mean": arrays["mean"] + 1})

    versions = [AudioEmbedder(path).version for path in (copy, tmp_path / "other.npz")]

    assert versions[0] == embedder.version != versions[1]
    assert len(embedder.version) == 12
    assert int(embedder.version, 16) >= 0


def test_the_shipped_statistics_say_what_they_were_fitted_on(embedder: AudioEmbedder) -> None:
    note = json.loads(embedder.fitted_on)

    assert note["tracks"] >= 100
    assert {"music", "date"} <= note.keys()


def test_a_missing_statistics_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactInvalid, match=r"absent\.npz"):
        AudioEmbedder(tmp_path / "absent.npz")


@pytest.mark.parametrize("content", [b"", b"no archive", SHIPPED.read_bytes()[:10_000], SHIPPED.read_bytes()[:-5_000]])
def test_a_broken_statistics_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.npz"
    path.write_bytes(content)

    with pytest.raises(ArtefactInvalid, match=r"broken\.npz"):
        AudioEmbedder(path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("mean", lambda values: values[:-1]),
        ("whitening", lambda values: np.full_like(values, np.nan)),
        ("deviation", np.zeros_like),
        ("bases", lambda values: values.astype(str)),
        ("mean", lambda values: np.array([{}] * len(values))),
    ],
)
def test_altered_statistics_are_refused(tmp_path: Path, name: str, change: object) -> None:
    path = tmp_path / "altered.npz"
    with np.load(SHIPPED) as arrays:
        np.savez(path, **{**arrays, name: change(arrays[name])})  # type: ignore[operator]  # the table holds callables

    with pytest.raises(ArtefactInvalid, match=r"altered\.npz"):
        AudioEmbedder(path)


def test_a_statistics_file_without_an_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "less.npz"
    with np.load(SHIPPED) as arrays:
        np.savez(path, **{key: arrays[key] for key in arrays if key != "within"})

    with pytest.raises(ArtefactInvalid, match="within"):
        AudioEmbedder(path)


def test_naming_the_embedder_loads_nothing_that_decodes_or_compiles() -> None:
    heavy = ("librosa", "numba", "scipy", "soundfile", "soxr", "pyloudnorm")
    script = f"import sys, embeddings.audio; print([name for name in {heavy} if name in sys.modules])"

    output = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout

    assert output.strip() == "[]"


def test_hearing_needs_no_compiler(tmp_path: Path) -> None:
    path = write(tmp_path / "sine.wav", sine())
    script = (
        "import sys; from pathlib import Path; from embeddings.audio import AudioEmbedder; AudioEmbedder().hear(Path(sys.argv[1]));"
        "print([name for name in ('librosa', 'numba') if name in sys.modules])"
    )

    output = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=True, text=True).stdout

    assert output.strip() == "[]"


def test_a_stream_can_be_heard(embedder: AudioEmbedder) -> None:
    content = file_of(tune()).getvalue()

    heard = embedder.hear(io.BytesIO(content))

    assert heard.duration_ms == 12_000
