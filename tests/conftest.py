"""What every test may stand on: an embedded stack of its own, in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walks import Walk, embedded


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """An empty embedded stack and the handlers over it."""
    with embedded(tmp_path / "home") as opened:
        yield opened
