"""Extrapolate the training of a million users from measured smaller sizes, and say where one machine ends.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.training_scale [--shares 0.01 0.02 0.04]

Each size is a share of 1,000,000 users, 200,000 tracks and 50,000,000 plays, with tracks played by a power law, trained in a process of
its own for one iteration. Time is taken to grow by the power that the two largest sizes show, memory along the line through them: a part
of it, the batches, is the same for all sizes. Memory is what the arrays of a training hold at most, the listening included.
"""

import argparse
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from embeddings.collaborative import Recipe, train_ials

USERS, TRACKS, PLAYS = 1_000_000, 200_000, 50_000_000
# How fast plays fall with a track's rank.
_FALL = 0.8


def main() -> None:
    parser = argparse.ArgumentParser(description="Extrapolate the time and memory of training.")
    parser.add_argument("--shares", type=float, nargs="+", default=[0.01, 0.02, 0.04])
    parser.add_argument("--one", type=float, help="measure this share in this process")
    asked = parser.parse_args()
    if asked.one is not None:
        print(json.dumps(measured(asked.one)))
        return
    print("| users | tracks | plays | processor s an iteration | GB at most |\n|---|---|---|---|---|")
    found = [in_a_process(share) for share in sorted(asked.shares)]
    for one in found:
        print(f"| {one['users']:,.0f} | {one['tracks']:,.0f} | {one['plays']:,.0f} | {one['seconds']:.1f} | {one['gigabytes']:.2f} |")
    seconds, gigabytes = power(found, "seconds"), line(found, "gigabytes")
    print(f"| {USERS:,} | {TRACKS:,} | {PLAYS:,} | {seconds:,.0f} (extrapolated) | {gigabytes:.1f} (extrapolated) |")
    iterations = Recipe().iterations
    print(f"{iterations} iterations: {iterations * seconds / 3600:.1f} processor hours")


def in_a_process(share: float) -> dict[str, float]:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.training_scale", "--one", str(share)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(told.stdout))


def measured(share: float) -> dict[str, float]:
    """Return seconds and memory of one iteration at a share of the whole."""
    plays, recipe = synthetic(share), Recipe()
    held = sum(part.nbytes for part in (plays.data, plays.indices, plays.indptr))
    tracemalloc.start()
    start = time.process_time()
    train_ials(plays, dim=recipe.dim, iterations=1, regularisation=recipe.regularisation, unobserved=recipe.unobserved, floor=recipe.floor)
    took = time.process_time() - start
    users, tracks = plays.shape
    return {
        "share": share,
        "users": users,
        "tracks": tracks,
        "plays": plays.nnz,
        "seconds": took,
        "gigabytes": (held + tracemalloc.get_traced_memory()[1]) / 1024**3,
    }


def synthetic(share: float) -> csr_matrix:
    """Return users who play tracks by a power law; a track drawn twice by one user is one play."""
    rng = np.random.default_rng(0)
    users, tracks, plays = (round(share * whole) for whole in (USERS, TRACKS, PLAYS))
    weights = np.arange(1.0, tracks + 1.0) ** -_FALL
    columns = rng.choice(tracks, plays, p=weights / weights.sum())
    matrix = csr_matrix((np.ones(plays, np.float32), (rng.integers(users, size=plays), columns)), shape=(users, tracks))
    matrix.data[:] = 1.0
    return matrix


def power(found: Sequence[dict[str, float]], name: str) -> float:
    """Return the figure at the whole size by the power law through the two largest sizes."""
    less, more = found[-2:]
    exponent = np.log(more[name] / less[name]) / np.log(more["share"] / less["share"])
    return float(more[name] * (1.0 / more["share"]) ** exponent)


def line(found: Sequence[dict[str, float]], name: str) -> float:
    """Return the figure at the whole size on the straight line through the two largest sizes."""
    less, more = found[-2:]
    return float(more[name] + (more[name] - less[name]) / (more["share"] - less["share"]) * (1.0 - more["share"]))


if __name__ == "__main__":
    main()
