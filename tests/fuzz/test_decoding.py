"""Files of every format, whole and damaged: heard, or refused in words, and the process that asked lives on."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.fuzz_decoding import heard
from embeddings.errors import Unhearable
from infra.hearing import HearingPool
from infra.tags import FileTags
from recommender.errors import Unavailable
from tests.fuzz.recordings import DAMAGES, FORMATS, recording, wav


@pytest.fixture(scope="module")
def pool() -> Iterator[HearingPool]:
    """One real worker."""
    pool = HearingPool(1, timeout_s=60.0)
    yield pool
    pool.close()


def written(folder: Path, content: bytes, *, name: str = "song") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_heard_whole_whatever_its_file_is_called(pool: HearingPool, tmp_path: Path, name: str) -> None:
    sound = pool.hear(written(tmp_path, recording(name), name="song.txt"))

    assert abs(sound.duration_ms - 3000) < 150
    assert np.isclose(np.linalg.norm(sound.vector), 1, atol=1e-3)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_heard_truly_or_refused_and_costs_no_worker(pool: HearingPool, tmp_path: Path, damage: str) -> None:
    rng, (worker,) = np.random.default_rng(3), pool.pids or [None]

    for name in FORMATS:
        path = written(tmp_path, DAMAGES[damage](recording(name), rng), name=name)
        outcome, told = heard(pool, path)
        FileTags().tags(path)

        assert outcome in {"heard", "unhearable"}, (name, told)
    assert worker is None or pool.pids == [worker]


TONE = (3000 * np.sin(np.arange(64_000) / 10)).astype("<i2").tobytes()
FLOATS = np.full(64_000, 0.1, "<f4")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"Once upon a time there was a song.\n" * 100, "not_audio"),
        (b"\0" * 10_000, "not_audio"),
        (wav(TONE, rate=1), "not_audio"),
        (wav(TONE, rate=0), "not_audio"),
        (wav(TONE, rate=2_000_000_000), "not_audio"),
        (wav(TONE, rate=4_000_000_000), "not_audio"),
        (wav(TONE, channels=0), "not_audio"),
        (wav(TONE, channels=60_000), "not_audio"),
        (wav(TONE, bits=0), "not_audio"),
        (wav(b""), "empty"),
        (wav(TONE, claimed=0x7FFF_FFF0), "truncated"),
        (wav(TONE[:4000]), "too_short"),
        (wav(bytes(100_000)), "silent"),
        (wav(np.where(np.arange(64_000) == 40_000, np.nan, FLOATS).astype("<f4").tobytes(), bits=32, encoding=3), "not_finite"),
        (wav(np.where(np.arange(64_000) == 40_000, -np.inf, FLOATS).astype("<f4").tobytes(), bits=32, encoding=3), "not_finite"),
        (wav((FLOATS * 3e38).tobytes(), bits=32, encoding=3), "not_finite"),
    ],
)
def test_what_no_ear_can_hear_is_refused_with_its_code(pool: HearingPool, tmp_path: Path, content: bytes, code: str) -> None:
    path = written(tmp_path, content)

    with pytest.raises(Unhearable) as refused:
        pool.hear(path)

    assert (refused.value.code, bool(refused.value.reason)) == (code, True)


def test_a_file_of_many_channels_is_heard(pool: HearingPool, tmp_path: Path) -> None:
    sound = pool.hear(written(tmp_path, wav(TONE * 255, channels=255)))

    assert sound.channels == 255


def test_a_flac_file_that_promises_two_to_the_thirty_six_samples_is_refused(pool: HearingPool, tmp_path: Path) -> None:
    whole = bytearray(recording("flac"))
    # the last 36 bits of these eight bytes are the count of samples (RFC 9639, section 8.2)
    told = struct.unpack(">Q", whole[18:26])[0] | (1 << 36) - 1
    whole[18:26] = struct.pack(">Q", told)

    with pytest.raises(Unhearable) as refused:
        pool.hear(written(tmp_path, bytes(whole)))

    assert refused.value.code == "truncated"


def test_hours_of_silence_in_a_small_file_are_no_burden(pool: HearingPool, tmp_path: Path) -> None:
    path = tmp_path / "bomb.flac"
    with soundfile.SoundFile(path, "w", 8_000, 1, "PCM_16") as file:
        for _ in range(180):
            file.write(np.zeros(8_000 * 60, np.int16))

    with pytest.raises(Unhearable) as refused:
        pool.hear(path)

    assert (refused.value.code, path.stat().st_size < 500_000) == ("silent", True)


def test_folders_pipes_and_devices_are_no_audio(pool: HearingPool, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    codes = []
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(Unhearable) as refused:
            pool.hear(path)
        codes.append(refused.value.code)

    assert codes == ["not_audio", "empty", "empty"]


def test_a_file_that_is_gone_is_a_fault_that_names_it(pool: HearingPool, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"gone\.wav"):
        pool.hear(tmp_path / "gone.wav")
