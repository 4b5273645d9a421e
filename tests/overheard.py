"""What this process says of itself while something is done."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from functions.observation import logger


@contextmanager
def all_that_is_said(level: int = logging.INFO) -> Iterator[io.StringIO]:
    """Hear every logger of this process, powertools' own too."""
    written = io.StringIO()
    plain, structured = logging.StreamHandler(written), logging.StreamHandler(written)
    structured.setFormatter(logger.registered_formatter)
    root = logging.getLogger()
    former = root.level
    root.addHandler(plain)
    root.setLevel(level)
    logger.addHandler(structured)
    try:
        yield written
    finally:
        root.setLevel(former)
        root.removeHandler(plain)
        logger.removeHandler(structured)
