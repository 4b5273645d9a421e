"""The demo catalogue as tagged audio files in folders, as a person would keep them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.demo.catalogue import DemoTrack
from infra.demo.tagging import tagged
from infra.demo.tones import RATE, Samples

# extension, container, encoding as libsndfile calls them
_FORMATS = (("flac", "FLAC", "PCM_16"), ("ogg", "OGG", "VORBIS"), ("wav", "WAV", "PCM_16"), ("mp3", "MP3", "MPEG_LAYER_III"))
# the Vorbis encoder overruns its stack when it is given a whole track at once (github.com/xiph/vorbis/issues/99)
_FRAMES_AT_ONCE = 8_192
_FORBIDDEN = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))


def write_demo(folder: Path, *, tracks: Sequence[DemoTrack]) -> Iterator[Path]:
    """Write each track as `folder/Artist/Album/NN Title.ext` with its tags, and yield its path when it is whole.

    The formats take turns: flac, ogg (Vorbis), wav, mp3. A file that is already there is kept, so that an interrupted
    call can be repeated.
    """
    written: Counter[tuple[str, str]] = Counter()
    for place, track in enumerate(tracks):
        extension, container, encoding = _FORMATS[place % len(_FORMATS)]
        written[track.artists[0], track.album] += 1
        number = written[track.artists[0], track.album]
        path = folder / _safe(track.artists[0]) / _safe(track.album) / f"{number:02d} {_safe(track.title)}.{extension}"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # under another name until it is whole, so that nobody finds half a file
            unfinished = path.with_name(path.name + ".part")
            _encode(unfinished, track.samples(), container=container, encoding=encoding)
            unfinished.write_bytes(tagged(unfinished.read_bytes(), _tags_of(track, number)))
            unfinished.replace(path)
        yield path


def _encode(path: Path, samples: Samples, *, container: str, encoding: str) -> None:
    import soundfile  # noqa: PLC0415  # only a process that writes the demo pays for it

    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with soundfile.SoundFile(path, "w", samplerate=RATE, channels=channels, format=container, subtype=encoding) as file:
        for start in range(0, len(samples), _FRAMES_AT_ONCE):
            file.write(samples[start : start + _FRAMES_AT_ONCE])


def _tags_of(track: DemoTrack, number: int) -> dict[str, list[str]]:
    return {
        "title": [track.title],
        "artist": list(track.artists),
        "album": [track.album],
        "date": [str(track.year)],
        "genre": list(track.genres),
        "mood": list(track.tags),
        "tracknumber": [str(number)],
        "itunesadvisory": [str(int(track.explicit))],
    }


def _safe(name: str) -> str:
    return name.translate(_FORBIDDEN).strip(" .") or "_"
