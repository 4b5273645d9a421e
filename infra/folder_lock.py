"""A folder that one process owns at a time."""

import fcntl
import os
from pathlib import Path
from typing import Self

from recommender.errors import Unavailable


class FolderLock:
    """Hold a folder for this process until ``release`` or the process's end, however it ends.

    Raises
    ------
    Unavailable
        If it is held already, naming the folder and the process that holds it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._owner = os.getpid()
        # A lock of flock's kind is refused to a second holder in the same process too, which one of lockf's kind is not.
        self._file = (folder / "owner.lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = self._named_owner()
            self._file.close()
            raise Unavailable(f"{folder} is in use by process {owner}; stop it first, or ask it instead", code="folder_in_use") from error
        self._file.truncate(0)
        self._file.write(str(self._owner))
        self._file.flush()

    def _named_owner(self) -> str:
        self._file.seek(0)
        return self._file.read().strip() or "unknown"

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
