"""Room on the disk, asked for before a write that would end the process, and not just fail, where there is none."""

import os
from pathlib import Path
from typing import Final

from recommender.errors import Unavailable

# More than the index writes between two looks: 500 points and their log.
RESERVE_BYTES: Final = 64 * 1024 * 1024
_MOUNTS: Final = Path("/proc/self/mounts")
_IN_MEMORY: Final = {"tmpfs", "ramfs"}


def require_room(folder: Path, *, bytes_needed: int = RESERVE_BYTES) -> None:
    """Return if the folder's disk has room.

    Files that are written through memory and whose blocks the disk does not have any more end the process by SIGBUS, so whoever writes
    in that way looks first.

    Raises
    ------
    Unavailable
        If it has not, with the figures.
    """
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < bytes_needed:
        raise Unavailable(
            f"the disk of {folder} is full: {free // 2**20:,} MB are free and {-(-bytes_needed // 2**20):,} are needed", code="disk_full"
        )


def unwritten_bytes(folder: Path) -> int:
    """Return how much the files of a folder may still take without growing, which is more than nothing where they have holes.

    A disk gives a hole its blocks when something is written there, a file system in memory as soon as it is looked at: only on such a
    one the holes are counted.
    """
    if not _is_in_memory(folder):
        return 0
    sizes = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum(max(0, size.st_size - size.st_blocks * 512) for size in sizes)


def _is_in_memory(folder: Path) -> bool:
    """Tell whether the file system that a folder is mounted on lives in memory, as far as this system says."""
    if not _MOUNTS.exists():
        return False
    mounts = [line.split()[1:3] for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    here = folder.resolve()
    above = [(point, kind) for point, kind in mounts if here.is_relative_to(point)]
    return bool(above) and max(above, key=lambda mount: len(mount[0]))[1] in _IN_MEMORY
