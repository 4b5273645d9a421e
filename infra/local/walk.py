"""Find the music and the catalogues in what a person names on the command line."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

AUDIO: Final = frozenset(
    [".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".aifc", ".au", ".snd", ".caf", ".w64", ".rf64"]
)
CATALOGUES: Final = frozenset({".csv", ".jsonl", ".ndjson"})


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A file to hear.

    Attributes
    ----------
    shown
        Its path below the folder that was named, with that folder's own name: it tells artist and album where tags do not.
    """

    path: Path
    shown: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be heard, what is to be read, what was named but is not there, and links that lead out of the folder that was named."""

    audio: tuple[AudioFile, ...]
    catalogues: tuple[Path, ...]
    missing: tuple[Path, ...]
    outside: tuple[Path, ...] = ()


def find(paths: Sequence[Path]) -> Found:
    """Walk folders in order, without hidden files and linked folders; a file that is named itself is taken whatever its ending.

    A link below a folder is taken if its file lies below that folder too: whoever may put a file there must not have others heard.
    """
    audio: dict[Path, AudioFile] = {}
    catalogues: list[Path] = []
    missing: list[Path] = []
    outside: list[Path] = []
    for path in paths:
        if path.is_dir():
            for file in _audio_below(path):
                if _is_inside(file.path, path):
                    audio.setdefault(file.path, file)
                else:
                    outside.append(file.path)
        elif not path.is_file():
            missing.append(path)
        elif path.suffix.lower() in CATALOGUES:
            catalogues.append(path)
        else:
            resolved = path.resolve()
            audio.setdefault(resolved, AudioFile(resolved, "/".join(resolved.parts[-3:])))
    return Found(tuple(audio.values()), tuple(catalogues), tuple(missing), tuple(outside))


def _is_inside(file: Path, folder: Path) -> bool:
    return not file.is_symlink() or Path(os.path.realpath(file)).is_relative_to(folder.resolve())


def _audio_below(folder: Path) -> Iterator[AudioFile]:
    root = folder.resolve()
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and path.suffix.lower() in AUDIO:
                yield AudioFile(path, path.relative_to(root.parent).as_posix().lstrip("/"))
