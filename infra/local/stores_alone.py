"""The library's stores for a command that asks no host: beside one that runs, or with the home to itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.wiring import App


@contextmanager
def opened(home: Path) -> Iterator["App"]:
    """Lend the app over a home, whether or not a host runs on it."""
    from infra import wiring  # noqa: PLC0415 - the command line starts without the engine
    from infra.local import environment  # noqa: PLC0415 - as above

    environment.prepare(home)
    try:
        yield wiring.app()
    finally:
        wiring.reset()


def note(home: Path, action: str) -> None:
    """Write into the audit log what was done at the console."""
    with opened(home) as app:
        app.note(action)


@contextmanager
def alone(home: Path) -> Iterator["App"]:
    """Lend the app over a home that nobody else uses meanwhile.

    Raises
    ------
    Unavailable
        If somebody does.
    """
    from infra.local.lock import HomeLock  # noqa: PLC0415 - as above

    with HomeLock(home), opened(home) as app:
        yield app
