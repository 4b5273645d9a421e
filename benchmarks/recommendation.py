"""Time a recommendation through the gateway's handler, event in, response out, beside the bare engine query with the same filter.

python -m benchmarks.recommendation [--tracks 100000] [--home FOLDER] [--requests 200]
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.library import listened, made
from recommender.filters import Filters
from recommender.ports.index import Nearest

FILTER = {"genres": "genre 1,genre 2,genre 3,genre 4", "year_min": "1990", "year_max": "2009"}
USERS = 20


def main() -> None:
    """Print percentiles of both and their ratio."""
    options = _options()
    os.environ["SEGUE_HOME"] = str(options.home)
    app = made(options.home, options.tracks)
    users = listened(app, USERS, options.tracks)
    app.close()

    from functions import gateway  # noqa: PLC0415 - reads the environment that was just set
    from infra.wiring import app as wired  # noqa: PLC0415 - reads the environment that was just set

    where = Filters(genres=tuple(FILTER["genres"].split(",")), year_min=1990, year_max=2009).where()
    index = wired().stores.index
    passing = index.count(where) / options.tracks
    tastes = [wired().stores.tastes.get(user) for user in users]
    modes = [taste.spaces["text"].modes[0].vector for taste in tastes if taste is not None]
    handler_ms, raw_ms, filter_ms = [], [], []
    for at in range(options.requests + 20):
        began = time.perf_counter()
        index.nearest([Nearest("text", modes[at % len(modes)], 50, where)])
        raw_ms.append(1e3 * (time.perf_counter() - began))
        began = time.perf_counter()
        index.count(where)
        filter_ms.append(1e3 * (time.perf_counter() - began))
        event = _event(f"bench-{at % USERS}")
        began = time.perf_counter()
        answer = gateway.handler(event, None)  # type: ignore[arg-type]  # the resolver reads nothing of the context
        handler_ms.append(1e3 * (time.perf_counter() - began))
        if int(answer["statusCode"]) != 200 or len(json.loads(answer["body"])["items"]) != 20:
            raise SystemExit(f"not a full page: {answer['body'][:200]}")
    _print({"handler": handler_ms[20:], "one raw query": raw_ms[20:], "filter alone": filter_ms[20:]}, options.tracks, passing)
    wired().close()


def _event(user: str) -> dict[str, Any]:
    path = f"/users/{user}/recommendations"
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {},
        "queryStringParameters": {"limit": "20", **FILTER},
        "requestContext": {"http": {"method": "GET", "path": path}, "stage": "$default", "requestId": "bench"},
        "isBase64Encoded": False,
    }


def _print(taken: dict[str, list[float]], tracks: int, passing: float) -> None:
    print(f"{tracks:,} tracks, filter passes {passing:.1%}, {len(taken['handler'])} requests of 20 tracks, milliseconds")
    for name, times in taken.items():
        p50, p90, p99 = np.percentile(times, [50, 90, 99])
        print(f"{name:14} p50 {p50:6.2f}  p90 {p90:6.2f}  p99 {p99:6.2f}")
    print(f"ratio of p50   {np.percentile(taken['handler'], 50) / np.percentile(taken['one raw query'], 50):.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "segue-bench")
    return parser.parse_args()


if __name__ == "__main__":
    main()
