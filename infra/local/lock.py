"""The home's lock: one process owns the embedded stack at a time, and others can find out where it answers."""

import contextlib
import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from infra.folder_lock import FolderLock

_ADDRESS: Final = "host.json"


@dataclass(frozen=True, slots=True)
class RunningHost:
    """Who owns a home, and where it answers (``None`` for a command that serves nobody)."""

    pid: int
    url: str | None


class HomeLock:
    """Own a home for as long as the context is open; the operating system frees it if the process dies.

    Raises
    ------
    Unavailable
        If another process owns it, naming both.
    """

    def __init__(self, home: Path) -> None:
        self._lock = FolderLock(home)
        self._address = home / _ADDRESS

    def announce(self, url: str) -> None:
        """Tell other processes where this one answers."""
        fresh = self._address.with_suffix(".new")
        fresh.write_text(json.dumps({"pid": os.getpid(), "url": url}), encoding="utf-8")
        fresh.replace(self._address)

    def release(self) -> None:
        """Free the home."""
        self._address.unlink(missing_ok=True)
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.release()


def running_host(home: Path) -> RunningHost | None:
    """Return who owns ``home`` now, ``None`` if nobody does, whatever files a killed process left."""
    try:
        file = (home / "owner.lock").open("r", encoding="ascii")
    except (FileNotFoundError, NotADirectoryError):
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = int(file.read().strip() or 0)
        else:
            return None
    with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
        address = json.loads((home / _ADDRESS).read_text(encoding="utf-8"))
        if address["pid"] == pid:
            return RunningHost(pid, address["url"])
    return RunningHost(pid, None)
