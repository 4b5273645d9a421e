"""Tables, a bucket and queues in this process."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    """What a test opens is closed after it."""
    with ExitStack() as opened:
        yield opened
