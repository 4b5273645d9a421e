"""Places that hurt: disks that can be filled and emptied, folders that cannot be written to; by the way that this machine allows."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.faults.host import FaultyHost

# The index reserves some 300 MB of a file system in memory, and its writer keeps 64 MB free.
_DISK: Final = "640m"
_NOBODY: Final = 65_534
_BLOCK: Final = b"\0" * 2**16


@dataclass(frozen=True, slots=True)
class Disk:
    """Where a home may lie, and how to take the room from its host and give it back.

    Attributes
    ----------
    kind
        What this is, in words.
    """

    kind: str
    folder: Path
    fill: Callable[[FaultyHost], None]
    free: Callable[[FaultyHost], None]


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Lend a file system in memory that is filled to the last byte, which takes root and the right to mount."""
    place, ballast = folder / "disk", folder / "disk" / "ballast"
    place.mkdir()
    with _mounted(place, "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs"):
        yield Disk("a small file system in memory, filled to the last byte", place, lambda _: _fill(ballast), lambda _: ballast.unlink())


@contextmanager
def limited_disk(folder: Path) -> Iterator[Disk]:
    """Lend an ordinary folder, and take from the host the right to make any file longer, which every Linux user may."""
    place = folder / "limited"
    place.mkdir()
    yield Disk("a limit on the length of files, as of a quota", place, lambda host: _limit(host, 1), lambda host: _limit(host, None))


def disks() -> list[Callable[[Path], AbstractContextManager[Disk]]]:
    """Return the ways to a full disk that this machine allows."""
    return [*([small_disk] if may_mount() else []), *([limited_disk] if hasattr(resource, "prlimit") else [])]


def may_mount() -> bool:
    """Tell whether this process may mount file systems."""
    if os.geteuid() != 0 or sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False).returncode == 0


@contextmanager
def read_only(folder: Path) -> Iterator[int | None]:
    """Make a folder one that cannot be written to, and lend the id of the user for whom that holds, ``None`` for this one."""
    if may_mount():
        with _mounted(folder, "--bind", str(folder)):
            subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
            yield None
        return
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path, mode in modes.items():
        path.chmod(0o555 if path.is_dir() else mode & 0o444 | 0o444)
    try:
        yield _NOBODY if os.geteuid() == 0 else None
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def copied(home: Path, place: Path) -> Path:
    """Return a copy of a home at rest in another place, its holes left as holes."""
    copy = place / "home"
    for path in (home, *sorted(home.rglob("*"))):
        target = copy / path.relative_to(home)
        if path.is_dir():
            target.mkdir()
        else:
            _copy_with_holes(path, target)
            shutil.copymode(path, target)
    return copy


def _copy_with_holes(path: Path, target: Path) -> None:
    with path.open("rb") as source, target.open("wb") as copy:
        while block := source.read(len(_BLOCK)):
            if block.strip(b"\0"):
                copy.write(block)
            else:
                copy.seek(len(block), os.SEEK_CUR)
        copy.truncate()


@contextmanager
def _mounted(place: Path, *how: str) -> Iterator[None]:
    subprocess.run(["mount", *how, str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for block in (_BLOCK, b"\0" * 512):
            try:
                while file.write(block) == len(block):
                    pass
            except OSError:
                continue


def _limit(host: FaultyHost, length: int | None) -> None:
    _, hard = resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE, (hard if length is None else length, hard))
