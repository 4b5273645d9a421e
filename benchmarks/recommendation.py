"""Time recommendations through the gateway's handler, event in, response out, beside the engine alone with the very same queries.

python -m benchmarks.recommendation [--tracks 100000] [--home FOLDER] [--requests 200] [--all-modes]

Each user has five modes in sound and in words and a vector of a served model version; each request filters by genre and year. A default
page asks two modes in sound and one in words, drawn anew for each page; ``--all-modes`` asks all five in both.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from benchmarks.library import listened, made
from embeddings.spaces import Space
from infra.local.first_key import ensure
from recommender.pages.policy import Policy
from recommender.ports.index import Hit, Nearest, VectorIndex

FILTER = {"genres": "genre 1,genre 2,genre 3,genre 4", "year_min": "1990", "year_max": "2009"}
USERS = 20
WARM_UP = 20


class Overheard:
    """Hand everything to the index, and note what the nearest-neighbour queries were."""

    def __init__(self, index: VectorIndex) -> None:
        self._index = index
        self.queries: Sequence[Nearest] = ()

    def __getattr__(self, name: str) -> Any:
        """Return the index's own."""
        return getattr(self._index, name)

    def nearest(self, queries: Sequence[Nearest]) -> list[list[Hit]]:
        """Note the queries and answer them."""
        self.queries = queries
        return self._index.nearest(queries)


def main() -> None:
    """Print percentiles of both and their ratio."""
    options = _options()
    os.environ["SEGUE_HOME"] = str(options.home)
    app = made(options.home, options.tracks)
    listened(app, USERS, options.tracks)
    key = ensure(options.home, app)
    app.close()

    from functions import gateway  # noqa: PLC0415 - reads the environment that was just set
    from infra.wiring import app as wired  # noqa: PLC0415 - reads the environment that was just set

    index = wired().stores.index
    # As the host does when it opens the index.
    getattr(index, "warm", lambda: None)()
    heard = Overheard(index)
    recommend = wired().recommend
    policy = Policy(modes_asked=MappingProxyType(dict.fromkeys(Space, 5))) if options.all_modes else recommend.policy
    wired().__dict__["recommend"] = replace(recommend, policy=policy, retrieval=replace(recommend.retrieval, index=heard))
    taken: dict[str, list[tuple[float, float]]] = {"handler": [], "same queries": [], "one query": []}
    for at in range(options.requests + WARM_UP):
        event = _event(f"bench-{at % USERS}", key)
        began = _clocks()
        answer = gateway.handler(event, None)  # type: ignore[arg-type]  # the resolver reads nothing of the context
        taken["handler"].append(_since(began))
        if int(answer["statusCode"]) != 200 or len(json.loads(answer["body"])["items"]) != 20:
            raise SystemExit(f"not a full page: {answer['body'][:200]}")
        for name, queries in (("same queries", heard.queries), ("one query", heard.queries[:1])):
            began = _clocks()
            index.nearest(queries)
            taken[name].append(_since(began))
    passing = index.count(heard.queries[0].where) / options.tracks
    print(f"{options.tracks:,} tracks, filter passes {passing:.1%}, {len(heard.queries)} queries in the last page")
    _print({name: times[WARM_UP:] for name, times in taken.items()})
    wired().close()


def _event(user: str, key: str) -> dict[str, Any]:
    path = f"/users/{user}/recommendations"
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {"authorization": f"Bearer {key}"},
        "queryStringParameters": {"limit": "20", **FILTER},
        "requestContext": {"http": {"method": "GET", "path": path}, "stage": "$default", "requestId": "bench"},
        "isBase64Encoded": False,
    }


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(began: tuple[float, float]) -> tuple[float, float]:
    """Return milliseconds passed, and milliseconds of the processor: others who use the machine lengthen the first far more."""
    wall, processor = _clocks()
    return 1e3 * (wall - began[0]), 1e3 * (processor - began[1])


def _print(taken: dict[str, list[tuple[float, float]]]) -> None:
    for at, clock in enumerate(("passed", "of the processor")):
        times = {name: np.array([pair[at] for pair in pairs]) for name, pairs in taken.items()}
        print(f"milliseconds {clock}")
        for name, values in times.items():
            p50, p90, p99 = np.percentile(values, [50, 90, 99])
            print(f"  {name:14} p50 {p50:6.2f}  p90 {p90:6.2f}  p99 {p99:6.2f}")
        for name in ("same queries", "one query"):
            medians = np.percentile(times["handler"], 50) / np.percentile(times[name], 50)
            print(f"  handler / {name:12} of medians {medians:.2f}, median of pairs {np.median(times['handler'] / times[name]):.2f}")
    print(f"memory of the process at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "segue-bench")
    parser.add_argument("--all-modes", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
