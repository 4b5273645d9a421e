"""A folder that one process owns at a time."""

import fcntl
import os
import time
from pathlib import Path
from typing import Final, Self

from recommender.errors import Unavailable

_TRIES: Final = 25
_PAUSE_S: Final = 0.02


class FolderLock:
    """Hold a folder for this process until ``release`` or the process's end, however it ends.

    Raises
    ------
    Unavailable
        If it is held already, naming the folder and the process that holds it, or if nobody can write there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._owner = os.getpid()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = (folder / "owner.lock").open("a+", encoding="ascii")
        except OSError as error:
            raise Unavailable(f"{str(folder)!r} cannot be used: {error.strerror}", code="bad_folder") from error
        try:
            self._take()
            self._file.truncate(0)
            self._file.write(str(self._owner))
            self._file.flush()
        except BaseException as error:
            self._file.close()
            if isinstance(error, OSError):
                raise Unavailable(f"{str(folder)!r} cannot be used: {error.strerror}", code="bad_folder") from error
            raise

    def _take(self) -> None:
        """Lock the file; it may be locked for a moment by somebody who only asks whose it is, or by an owner who has yet to sign it."""
        for _ in range(_TRIES):
            try:
                # A lock of flock's kind is refused to a second holder in the same process too, which one of lockf's kind is not.
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if _is_alive(self._named_owner()):
                    break
                time.sleep(_PAUSE_S)
            else:
                return
        owner = self._named_owner() or "unknown"
        raise Unavailable(f"{self._folder} is in use by process {owner}; stop it first, or ask it instead", code="folder_in_use")

    def _named_owner(self) -> str:
        self._file.seek(0)
        return self._file.read().strip()

    def confirm(self) -> None:
        """Raise ``Unavailable`` in a process that was forked from the owner: what was opened there does not work here."""
        if os.getpid() != self._owner:
            raise Unavailable(
                f"{self._folder} was opened by process {self._owner}; open it after forking, not before (this is {os.getpid()})",
                code="opened_before_fork",
            )

    def release(self) -> None:
        """Let another process have the folder."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.release()


def _is_alive(named: str) -> bool:
    """Tell whether a process of this name, a number, is there."""
    if not named.isdecimal():
        return False
    try:
        os.kill(int(named), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
