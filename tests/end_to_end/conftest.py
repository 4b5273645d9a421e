"""Both stacks, one after the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.walks import Walk, aws, embedded

STACKS: Final = {"embedded": embedded, "aws": aws}


@pytest.fixture(params=STACKS)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Walk]:
    """An empty stack of each kind, and the handlers over it."""
    with STACKS[request.param](tmp_path / "home") as opened:
        yield opened
