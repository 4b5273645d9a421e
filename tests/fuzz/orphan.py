"""A host of one hearing worker that prints the worker's process id and is then busy with a file for good."""

import sys
import threading
from pathlib import Path

from infra.hearing import HearingPool
from tests.infra.local.hearers import ObedientHearer


def main() -> None:
    """Hear ``first``, which is quickly done, tell the worker, and hear ``second``."""
    first, second = map(Path, sys.argv[1:])
    pool = HearingPool(1, timeout_s=600.0, make=ObedientHearer)
    pool.hear(first)
    threading.Timer(0.5, lambda: sys.stdout.write(f"{pool.pids[0]}\n") and sys.stdout.flush()).start()
    pool.hear(second)


if __name__ == "__main__":
    main()
