"""What is heard of a file, and what is refused."""

import io
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from embeddings.audio.decode import decode
from embeddings.errors import Unhearable
from tests.embeddings.audio.sounds import RATE, file_of, noise, seconds, sine, write


def _code_of(source: Path | io.BytesIO) -> str:
    with pytest.raises(Unhearable) as refusal:
        decode(source)
    assert refusal.value.reason
    return refusal.value.code


def _cut(file: io.BytesIO, share: float) -> io.BytesIO:
    content = file.getvalue()
    return io.BytesIO(content[: int(share * len(content))])


FORMATS = {
    "wav": {"format": "WAV"},
    "flac": {"format": "FLAC"},
    "vorbis": {"format": "OGG", "subtype": "VORBIS"},
    "opus": {"format": "OGG", "subtype": "OPUS"},
    "mp3": {"format": "MP3", "subtype": "MPEG_LAYER_III"},
    "aiff": {"format": "AIFF"},
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_heard_at_its_pitch(name: str) -> None:
    file = file_of(sine(440, 2.0, rate=48_000), rate=48_000, **FORMATS[name])

    sound = decode(file).excerpts[0]

    spectrum = np.abs(np.fft.rfft(sound))
    assert np.fft.rfftfreq(len(sound), 1 / RATE)[spectrum.argmax()] == pytest.approx(440, abs=1)


def test_what_is_heard_has_one_level_whatever_the_file_has() -> None:
    loud, quiet = file_of(sine(amplitude=0.9)), file_of(sine(amplitude=0.01))

    heard = [decode(file).excerpts[0] for file in (loud, quiet)]

    assert [float(np.sqrt(np.mean(np.square(sound)))) for sound in heard] == pytest.approx([0.1, 0.1], rel=1e-3)


def test_a_path_and_its_bytes_are_heard_alike(tmp_path: Path) -> None:
    path = write(tmp_path / "sine.wav", sine())

    from_path, from_bytes = decode(path), decode(io.BytesIO(path.read_bytes()))

    assert from_path.content_hash == from_bytes.content_hash


def test_the_same_samples_in_another_container_have_the_same_hash() -> None:
    samples = (noise(2.0) * 32_767).astype(np.int16)

    hashes = {decode(file_of(samples, format=container)).content_hash for container in ("WAV", "FLAC", "AIFF")}

    assert len(hashes) == 1


def test_an_mp3_with_other_tags_has_the_same_hash_though_it_is_heard_in_excerpts() -> None:
    plain = file_of(noise(130), format="MP3", subtype="MPEG_LAYER_III").getvalue()
    body = b"TIT2" + (1_000).to_bytes(4, "big") + b"\0\0\0" + b"A title".ljust(999)
    tag = b"ID3\x03\0\0" + bytes([0, 0, len(body) >> 7, len(body) & 127]) + body

    first, second = decode(io.BytesIO(plain)), decode(io.BytesIO(tag + plain))

    assert len(first.excerpts) == 12
    assert first.content_hash == second.content_hash


@pytest.mark.parametrize("other", [noise(2.0, seed=1), noise(2.1), np.stack([noise(2.0)] * 2, axis=1)])
def test_other_samples_length_or_channels_have_another_hash(other: np.ndarray) -> None:
    first = decode(file_of(noise(2.0)))

    second = decode(file_of(other))

    assert first.content_hash != second.content_hash


def test_the_same_samples_at_another_rate_have_another_hash() -> None:
    sound = noise(2.0)

    hashes = {decode(file_of(sound, rate=rate)).content_hash for rate in (22_050, 24_000)}

    assert len(hashes) == 2


def test_two_minutes_are_heard_whole_and_more_in_twelve_excerpts_of_ten_seconds() -> None:
    short, long = file_of(sine(length=120), format="FLAC"), file_of(sine(length=121), format="FLAC")

    heard = [[len(part) for part in decode(file).excerpts] for file in (short, long)]

    assert heard == [[120 * RATE], [10 * RATE] * 12]


def test_excerpts_spread_from_three_to_ninety_seven_hundredths() -> None:
    length = 400
    rising = np.sin(2 * np.pi * np.cumsum(100 + 1_000 * seconds(length) / length) / RATE)

    excerpts = decode(file_of(rising, format="FLAC")).excerpts

    # The pitch rises by 2.5 Hz a second from 100 Hz, so each excerpt's mean pitch tells where it was taken.
    crossings = [np.count_nonzero(np.diff(np.signbit(part))) / 2 / 10 for part in excerpts]
    middles = [(pitch - 100) / 2.5 for pitch in crossings]
    assert middles[0] == pytest.approx(0.03 * length + 5, abs=1)
    assert middles[-1] == pytest.approx(0.97 * length - 5, abs=1)
    assert np.diff(middles) == pytest.approx(np.full(11, np.diff(middles).mean()), abs=1)


def test_an_inverted_channel_does_not_make_silence() -> None:
    sound = sine()

    decoded = decode(file_of(np.stack([sound, -sound], axis=1)))

    assert float(np.abs(decoded.excerpts[0]).max()) > 0.1


def test_eight_channels_at_192_khz_are_heard() -> None:
    rate = 192_000
    file = file_of(np.stack([sine(440, 1.5, rate=rate)] * 8, axis=1), rate=rate)

    decoded = decode(file)

    assert (decoded.channels, decoded.sample_rate, decoded.frames) == (8, rate, 288_000)
    assert len(decoded.excerpts[0]) == pytest.approx(1.5 * RATE, abs=2)


def test_three_hours_are_heard_in_the_memory_of_two_minutes(tmp_path: Path) -> None:
    path, rate, hours = tmp_path / "long.wav", 8_000, 3
    frames = hours * 3_600 * rate
    header = file_of(sine(length=2.0, rate=rate), rate=rate).getvalue()[:44]
    with path.open("wb") as file:
        file.write(header[:4] + (36 + 2 * frames).to_bytes(4, "little") + header[8:40] + (2 * frames).to_bytes(4, "little"))
        minute = (sine(length=60, rate=rate) * 32_767).astype("<i2").tobytes()
        for _ in range(hours * 60):
            file.write(minute)

    tracemalloc.start()
    decoded = decode(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert decoded.frames == frames
    assert peak < 60 * 2**20


@pytest.mark.parametrize("content", [b"not audio at all " * 100, b"RIFF", b"\0" * 5_000, b"ID3\x03\0\0\0\0\0\0", b"fLaC", b"OggS" * 10])
def test_what_is_not_audio_is_refused(content: bytes) -> None:
    code = _code_of(io.BytesIO(content))

    assert code in {"not_audio", "truncated"}


def test_a_file_without_bytes_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.touch()

    codes = [_code_of(path), _code_of(io.BytesIO())]

    assert codes == ["empty", "empty"]


def test_a_file_without_samples_is_empty() -> None:
    assert _code_of(file_of(np.zeros(0))) == "empty"


def test_headerless_samples_are_no_audio(tmp_path: Path) -> None:
    path = tmp_path / "samples.raw"
    path.write_bytes(os.urandom(10_000))

    assert _code_of(path) == "not_audio"


@pytest.mark.parametrize("name", ["wav", "flac", "vorbis", "opus", "mp3", "aiff"])
def test_half_a_file_is_truncated(name: str) -> None:
    file = file_of(np.stack([noise(6.0), noise(6.0, seed=1)], axis=1), rate=48_000, **FORMATS[name])

    assert _code_of(_cut(file, 0.5)) == "truncated"


@pytest.mark.parametrize("name", ["flac", "mp3"])
def test_half_a_file_that_is_heard_in_excerpts_is_truncated(name: str) -> None:
    file = file_of(noise(130), **FORMATS[name])

    assert _code_of(_cut(file, 0.5)) == "truncated"


@pytest.mark.parametrize("name", ["wav", "flac", "mp3", "aiff"])
def test_a_file_that_lacks_its_last_hundredths_is_heard_at_the_length_it_has(name: str) -> None:
    file = file_of(np.stack([noise(6.0), noise(6.0, seed=1)], axis=1), **FORMATS[name])

    decoded = decode(_cut(file, 0.95))

    assert 5.4 <= decoded.frames / decoded.sample_rate < 6.0


def test_an_mp3_whose_header_promises_a_little_more_is_heard_at_the_length_it_has() -> None:
    content = file_of(noise(6.0), format="MP3", subtype="MPEG_LAYER_III").getvalue()
    # Four bytes after the name of the Xing or Info header, a count of frames follows.
    place = max(content.find(b"Xing"), content.find(b"Info")) + 8
    frames = int.from_bytes(content[place : place + 4], "big")

    def promising(factor: float) -> io.BytesIO:
        return io.BytesIO(content[:place] + int(factor * frames).to_bytes(4, "big") + content[place + 4 :])

    decoded = decode(promising(1.05))
    code = _code_of(promising(10))

    assert decoded.frames / decoded.sample_rate == pytest.approx(6.0, abs=0.1)
    assert code == "truncated"


def test_a_wav_from_a_pipe_promises_nothing_and_is_heard() -> None:
    content = file_of(sine(length=2.0)).getvalue()
    unknown = (0xFFFFFFFF).to_bytes(4, "little")

    decoded = decode(io.BytesIO(content[:4] + unknown + content[8:40] + unknown + content[44:]))

    assert decoded.frames == 2 * RATE


def test_less_than_a_second_is_too_short() -> None:
    assert _code_of(file_of(sine(length=0.99))) == "too_short"


def test_one_second_is_enough() -> None:
    assert decode(file_of(sine(length=1.0))).frames == RATE


@pytest.mark.parametrize("sound", [np.zeros(RATE * 2), np.full(RATE * 2, 0.5), noise(2.0, amplitude=2e-5)])
def test_zeros_a_constant_and_the_noise_of_the_last_bit_are_silent(sound: np.ndarray) -> None:
    assert _code_of(file_of(sound)) == "silent"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_finite_numbers_are_refused(value: float) -> None:
    sound = sine()
    sound[1_000] = value

    assert _code_of(file_of(sound, subtype="FLOAT")) == "not_finite"


def test_samples_far_beyond_full_scale_are_heard() -> None:
    decoded = decode(file_of(1e20 * sine(), subtype="FLOAT"))

    assert float(np.abs(decoded.excerpts[0]).max()) == pytest.approx(0.1 * np.sqrt(2), rel=0.05)


def test_a_stream_is_heard_from_its_beginning_wherever_it_stands() -> None:
    file = file_of(sine())
    file.seek(1_000)

    assert decode(file).frames == 3 * RATE


def test_the_sample_count_is_soundfiles_own() -> None:
    file = file_of(sine(length=1.234), format="FLAC")

    assert decode(file).frames == soundfile.info(file_of(sine(length=1.234), format="FLAC")).frames
