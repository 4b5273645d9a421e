"""How long the vector engine takes by itself, and what the index adds to it: python -m benchmarks.engine [--points N]."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import qdrant_edge as edge

from embeddings.spaces import SLOTS
from infra.edge_filters import filter_of
from infra.edge_index import EdgeIndex
from recommender.filters import AnyOf, Between, OneOfTracks, Where
from recommender.identity import point_id
from recommender.payload import PayloadValue
from recommender.ports.index import Nearest, Point

HELD: Final = ("audio_a", "text", "collab_a")
ASKED: Final = ("audio_a", "audio_a", "text", "collab_a", "collab_a")
# A sixth of the genres, a third of the years, the tracks without explicit words, less 200 that were heard: about one track in twenty.
NARROW: Final = Where(
    must=(AnyOf("genres", tuple(f"genre {number}" for number in range(4))), Between("year", 1985, 2004)),
    must_not=(AnyOf("explicit", (1,)), OneOfTracks(tuple(f"track {number}" for number in range(200)))),
)
WIDE: Final = Where()


def points(first: int, count: int, rng: np.random.Generator) -> list[Point]:
    """Make tracks with the payload of real ones and vectors in random directions."""
    vectors = {name: rng.standard_normal((count, SLOTS[name].dim)).astype(np.float32) for name in HELD}
    return [Point(f"track {first + row}", {name: vectors[name][row] for name in HELD}, payload(first + row, rng)) for row in range(count)]


def payload(number: int, rng: np.random.Generator) -> dict[str, PayloadValue]:
    """Make every field that a track has."""
    heard = {"energy": 0.5, "danceability": 0.5, "loudness": -9.5, "acousticness": 0.25, "instrumentalness": 0.1, "brightness": 0.9}
    return {
        "track_id": f"track {number}",
        "artists": [f"artist {rng.integers(10_000)}"],
        "genres": [f"genre {rng.integers(24)}"],
        "album": f"album {number // 10}",
        "markets": ["*"],
        "explicit": int(rng.random() < 0.1),
        "year": int(rng.integers(1960, 2020)),
        "duration_ms": int(rng.integers(100_000, 400_000)),
        "popularity": float(rng.integers(100)),
        "added_at": 1_700_000_000 + number,
        "key": int(rng.integers(12)),
        "mode": 1,
        "tempo": float(rng.integers(60, 200)),
        **heard,
        "audio_version": "1",
        "text_version": "minilm",
    }


def queries(where: Where, rng: np.random.Generator, **options: Any) -> list[Nearest]:
    """Make the five questions of one recommendation."""
    return [Nearest(slot, rng.standard_normal(SLOTS[slot].dim).astype(np.float32), 100, where, **options) for slot in ASKED]


def bare(index: EdgeIndex, where: Where, rng: np.random.Generator, **options: Any) -> None:
    """Ask the engine itself, without the port, and read what it found."""
    conditions = filter_of(where)
    params = edge.SearchParams(quantization=edge.QuantizationSearchParams(rescore=True, oversampling=2.0))
    requests = [
        edge.QueryRequest(
            query.limit, query=edge.Query.Nearest(query.vector, using=query.slot), filter=conditions, params=params, **options
        )
        for query in queries(where, rng)
    ]
    shard = index._shard._shard  # noqa: SLF001  # the bare engine is what the index is measured against
    for answer in shard.query_batch(edge.QueryBatchRequest(requests)):
        for found in answer:
            _ = found.id, found.score, found.payload


def through(index: EdgeIndex, where: Where, rng: np.random.Generator, **options: Any) -> None:
    """Ask the index."""
    index.nearest(queries(where, rng, **options))


def timed(label: str, ask: Callable[[], object], *, times: int = 30) -> None:
    """Print the median and the quickest of many calls, and what one of them costs the processor."""
    ask()
    taken = []
    processor = time.process_time()
    for _ in range(times):
        start = time.perf_counter()
        ask()
        taken.append(1e3 * (time.perf_counter() - start))
    each = 1e3 * (time.process_time() - processor) / times
    print(f"  {label:<44} p50 {statistics.median(taken):8.2f} ms, least {min(taken):8.2f} ms, processor {each:8.2f} ms", flush=True)


@contextmanager
def stopwatch(label: str) -> Iterator[None]:
    """Print how long the block took, in seconds of the wall and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    yield
    print(f"{label:<46} {time.perf_counter() - wall:8.2f} s wall, {time.process_time() - processor:.2f} s processor", flush=True)


def searches(index: EdgeIndex, rng: np.random.Generator) -> None:
    """Print the times of five queries for 100 tracks each, bare and through the index."""
    for name, where in (("one track in twenty", NARROW), ("every track", WIDE)):
        print(f" five queries, {name}: {index.count(where)} pass")
        timed("engine, ids and scores", partial(bare, index, where, rng))
        timed("engine, with payload", partial(bare, index, where, rng, with_payload=True))
        timed("index", partial(through, index, where, rng))
    both = ("audio_a", "text")
    timed("index, one track in twenty, two vectors a hit", partial(through, index, NARROW, rng, with_vectors=both), times=10)


def memory() -> str:
    """Return the memory of this process."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(line.split(":")[1].strip() for line in status if line.startswith("VmRSS"))


def disk(folder: Path) -> int:
    """Return the megabytes that the folder's files take."""
    return sum(file.stat().st_blocks for file in folder.rglob("*") if file.is_file()) * 512 // 2**20


def measure(folder: Path, count: int) -> None:
    """Print the life of an index: filled, searched, packed, changed and opened again."""
    rng = np.random.default_rng(0)
    with EdgeIndex(folder) as index:
        for part in (1_000, 10_000, count):
            held = index.count(Where())
            with stopwatch(f"upsert up to {part} points"):
                for first in range(held, part, 500):
                    index.upsert(points(first, min(500, part - first), rng))
            print(f"memory {memory()}, disk {disk(folder)} MB")
            searches(index, rng)
        with stopwatch("flush"):
            index.flush()
        with stopwatch("maintain"):
            index.maintain()
        print(f"memory {memory()}, disk {disk(folder)} MB")
        searches(index, rng)
        changes(index, count, rng)
        print(f"memory {memory()}, disk {disk(folder)} MB")
        searches(index, rng)
        with stopwatch("maintain after the changes"):
            index.maintain()
        print(f"memory {memory()}, disk {disk(folder)} MB")
    with EdgeIndex(folder) as index:
        with stopwatch("read every payload"):
            index.warm()
        print(f"memory {memory()}")
        searches(index, rng)
    with stopwatch("open again and answer five queries"):
        index = EdgeIndex(folder)
        through(index, NARROW, rng)
    index.close()


def changes(index: EdgeIndex, count: int, rng: np.random.Generator) -> None:
    """Print how long the writes of a day take."""
    one = points(count, 1, rng)
    timed("upsert of one point", lambda: index.upsert(one))
    timed("payload of one point", lambda: index.set_payload({"track 7": {"popularity": 3.5}}))
    with stopwatch("a new model version into collab_b, all points"):
        for first in range(0, count, 500):
            factors = rng.standard_normal((500, SLOTS["collab_b"].dim)).astype(np.float32)
            index.set_vectors("collab_b", {f"track {first + row}": factors[row] for row in range(500)})
    with stopwatch("clear collab_a"):
        index.clear_slot("collab_a")
    with stopwatch("popularity of 1,000 points"):
        index.set_payload({f"track {number}": {"popularity": 9.5} for number in range(1_000)})
    timed("ids of 1,000 tracks", lambda: [point_id(f"track {number}") for number in range(1_000)])
    timed(
        "fetch of 100 tracks with two vectors", lambda: index.fetch([f"track {number}" for number in range(100)], slots=("audio_a", "text"))
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100_000)
    with tempfile.TemporaryDirectory() as temporary:
        measure(Path(temporary) / "index", parser.parse_args().points)
