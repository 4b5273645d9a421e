"""Call the whole API by its own OpenAPI description, and tell which answers break it.

python -m benchmarks.fuzz_calls --examples 100 --stack embedded
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from recommender.trust.credentials import Scope
from tests.fuzz.calls import call_everything
from tests.fuzz.library import furnish
from tests.walks import aws, embedded

STACKS: Final = {"embedded": embedded, "aws": aws}


def main() -> int:
    """Print what every call answered and every finding; fail if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stack", choices=STACKS, default="embedded")
    parser.add_argument("--short", action="store_true", help="try filters at their bounds in one call alone")
    asked = parser.parse_args()
    os.environ["API_KEYS"] = "required"
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder, STACKS[asked.stack](Path(folder, "home")) as walk:
        walk.key = walk.app.access.mint("fuzz", [Scope.ADMIN], now=datetime.now(UTC), per_second=1e6, burst=10**6)[1]
        told = call_everything(walk.key, furnish(walk), examples=asked.examples, seed=asked.seed, is_short=asked.short)
    print("| call | requests | 2xx | 4xx | 5xx |\n|---|---|---|---|---|")
    for call, statuses in sorted(told.answered.items()):
        kinds = Counter({kind: sum(count for status, count in statuses.items() if status // 100 == kind) for kind in (2, 4, 5)})
        print(f"| {call} | {statuses.total()} | {kinds[2]} | {kinds[4]} | {kinds[5]} |")
    for fault in [*map(str, told.findings.values()), *told.faults]:
        print(fault)
    print(f"\n{told.requests} requests, {len(told.findings)} findings, {time.process_time() - began:.0f} s of processor time")
    return 1 if told.findings or told.faults else 0


if __name__ == "__main__":
    sys.exit(main())
