"""Hear damaged files of every format in a worker, and tell what becomes of them, of the worker and of its host.

python -m benchmarks.fuzz_decoding --files 2000
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from embeddings.audio import Heard
from embeddings.errors import Unhearable
from infra.hearing import HearingPool
from infra.tags import FileTags
from recommender.errors import Unavailable
from tests.fuzz.recordings import DAMAGES, FORMATS, recording

TIMEOUT_S = 30.0
COLUMNS = ("heard", "unhearable", "died", "timeout", "failed", "untrue")


def main() -> None:
    """Print a table by format and by damage, and every file over which the worker failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the files over which the worker failed")
    asked = parser.parse_args()
    counts: Counter[tuple[str, str, str]] = Counter()
    seconds = 0.0
    pool = HearingPool(1, timeout_s=TIMEOUT_S)
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, damage, content) in enumerate(damaged(asked.files, seed=asked.seed)):
            path = Path(folder, f"{number}.{name.split('-')[0]}")
            path.write_bytes(content)
            began = time.perf_counter()
            outcome, told = heard(pool, path)
            seconds = max(seconds, time.perf_counter() - began)
            FileTags().tags(path)
            counts[name, damage, outcome] += 1
            if outcome not in COLUMNS[:2]:
                print(f"{number} {name}, {damage}: {told}", flush=True)
                if asked.keep:
                    asked.keep.mkdir(parents=True, exist_ok=True)
                    (asked.keep / path.name).write_bytes(content)
            path.unlink()
    pool.close()
    _print(counts, seconds)


def damaged(files: int, *, seed: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield format, damage and content, each format damaged in each way in turn."""
    rng = np.random.default_rng(seed)
    whole: Mapping[str, bytes] = {name: recording(name) for name in FORMATS}
    ways = [(name, damage) for damage in DAMAGES for name in FORMATS]
    for number in range(files):
        name, damage = ways[number % len(ways)]
        yield name, damage, DAMAGES[damage](whole[name], rng)


def heard(pool: HearingPool, path: Path) -> tuple[str, str]:
    """Return what became of a file, and what was said of it."""
    try:
        sound = pool.hear(path)
    except Unhearable as error:
        return "unhearable", f"{error.code}: {error}"
    except Unavailable as error:
        return {"worker_died": "died", "hearing_timeout": "timeout"}.get(error.code, "failed"), f"{error.code}: {error.message}"
    return ("heard", "") if is_true(sound) else ("untrue", repr(sound.attributes))


def is_true(sound: Heard) -> bool:
    """Tell whether all that was heard is finite, and the vector of length 1."""
    finite = np.isfinite(sound.vector).all() and np.isfinite(sound.raw).all() and np.isfinite(list(sound.attributes.values())).all()
    return bool(finite and abs(np.linalg.norm(sound.vector) - 1) < 1e-3 and sound.duration_ms > 0)


def _print(counts: Mapping[tuple[str, str, str], int], slowest_s: float) -> None:
    for title, at in (("format", 0), ("damage", 1)):
        print(f"\n| {title} | {' | '.join(COLUMNS)} |\n|---|{'---|' * len(COLUMNS)}")
        for kind in dict.fromkeys(key[at] for key in counts):
            row = [sum(count for key, count in counts.items() if key[at] == kind and key[2] == column) for column in COLUMNS]
            print(f"| {kind} | {' | '.join(map(str, row))} |")
    print(f"\n{sum(counts.values())} files; the slowest took {slowest_s:.1f} s; the host is alive.")


if __name__ == "__main__":
    main()
