"""The embedded stack's environment: what the command line says goes where the functions look for it."""

import os
from pathlib import Path
from typing import Final

_HOME: Final = ".segue"


def home_of(given: Path | None) -> Path:
    """Return the home: what the command line says, else ``SEGUE_HOME``, else ``.segue``."""
    return (given or Path(os.environ.get("SEGUE_HOME") or _HOME)).absolute()


def prepare(home: Path, *, port: int | None = None, hearing_workers: int | None = None) -> None:
    """Set the variables that the functions of this process read; what is set already stays, but for what is given here."""
    os.environ["SEGUE_HOME"] = str(home)
    if port is not None:
        os.environ["SEGUE_PORT"] = str(port)
    if hearing_workers is not None:
        os.environ["HEARING_WORKERS"] = str(hearing_workers)
    os.environ.setdefault("HEARING_WORKERS", str(os.cpu_count() or 1))
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "segue")
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "WARNING")
