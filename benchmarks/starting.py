"""Time how long the gateway takes to load, to answer first, and to open a library, each in fresh processes.

python -m benchmarks.starting [--runs 7] [--home FOLDER]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.library import made
from infra.local.first_key import credential_in, ensure

# What the gateway is held against: its own libraries, loaded by themselves.
BASELINE = (
    "from aws_lambda_powertools.event_handler import APIGatewayHttpResolver;"
    "from aws_lambda_powertools.event_handler.openapi.params import Query;"
    "import numpy, boto3; APIGatewayHttpResolver(enable_validation=True)"
)
GATEWAY = "import functions.gateway"
FIRST = (
    "import functions.gateway as g, os, time;"
    "began = time.perf_counter();"
    "path = '/users/somebody/recommendations';"
    "http = {'method': 'GET', 'path': path};"
    "headers = {'authorization': 'Bearer ' + os.environ['SEGUE_KEY']};"
    "event = {'version': '2.0', 'rawPath': path, 'headers': headers, 'requestContext': {'http': http, 'stage': '$default'}};"
    "answer = g.handler(event, None);"
    "assert int(answer['statusCode']) == 200, answer;"
    "print(time.perf_counter() - began)"
)


def main() -> None:
    """Print medians over fresh processes, baseline and gateway in turn."""
    options = _options()
    base, gateway = [], []
    for _ in range(options.runs):
        base.append(_seconds(BASELINE))
        gateway.append(_seconds(GATEWAY))
    ratio = statistics.median(mine / theirs for mine, theirs in zip(gateway, base, strict=True))
    print(f"import, median of {options.runs} fresh processes (interpreter's own start subtracted)")
    print(f"  powertools with validation, numpy, boto3   {statistics.median(base):.3f} s")
    print(f"  functions.gateway                          {statistics.median(gateway):.3f} s   ratio {ratio:.2f}")
    for tracks in (1_000, 100_000):
        home = options.home / f"library-{tracks}"
        app = made(home, tracks)
        ensure(home, app)
        app.close()
        first = [_told(FIRST, home) for _ in range(options.runs)]
        print(f"first answer after import, {tracks:,} tracks     {statistics.median(first):.3f} s (slowest {max(first):.3f} s)")


def _seconds(code: str) -> float:
    return _process(code) - _process("pass")


def _process(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def _told(code: str, home: Path) -> float:
    finished = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=_environment(home))
    return float(finished.stdout.splitlines()[-1])


def _environment(home: Path) -> dict[str, str]:
    return {"SEGUE_HOME": str(home), "SEGUE_KEY": str(credential_in(home)), "PATH": "/usr/bin:/bin"}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "segue-bench-starting")
    return parser.parse_args()


if __name__ == "__main__":
    main()
