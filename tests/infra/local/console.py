"""The command line in this process, in a home of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra import wiring
from infra.local.__main__ import segue

# What a command sets for its whole process, and a test must put back.
_SET = ("HEARING_WORKERS", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL")


@contextmanager
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch, *, workers: int = 1) -> Iterator[Path]:
    """Let commands find a home without being told."""
    for name in _SET:
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("SEGUE_HOME", str(home))
    monkeypatch.setenv("HEARING_WORKERS", str(workers))
    yield home
    wiring.reset()


def run(*arguments: str) -> Result:
    """Run ``segue`` with these arguments."""
    return CliRunner().invoke(segue, list(arguments))
