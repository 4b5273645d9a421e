"""Compare ways between two tracks with what interpolation alone finds: the tracks nearest to evenly spaced points.

python -m benchmarks.ways [--tracks 6000] [--pairs 100] [--limit 10]
"""

import argparse
import tempfile
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.simulated import World, filled, id_of, number_of, world_of
from infra.settings import Settings
from infra.wiring import App
from recommender.filters import Filters
from recommender.playing.geodesic import between


def main() -> None:
    """Print the mean largest step of both, and how even their steps are."""
    options = _options()
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as home:
        app = App(Settings.from_env({"SEGUE_HOME": home}))
        world = world_of(options.tracks)
        filled(app, world)
        ours, naive, taken = [], [], []
        for start, end in (rng.choice(world.n_tracks, 2, replace=False) for _ in range(options.pairs)):
            began = time.perf_counter()
            stops = app.path.between(id_of(start), id_of(end), filters=Filters(), limit=options.limit)
            taken.append(1e3 * (time.perf_counter() - began))
            ours.append(_steps(world, [number_of(stop.track.track_id) for stop in stops]))
            naive.append(_steps(world, _nearest(world, int(start), int(end), options.limit - 2)))
        app.close()
    print(f"{world.n_tracks:,} tracks, {options.pairs} ways of {options.limit} tracks      largest step   deviation of steps   whole way")
    for name, steps in (("ours", ours), ("nearest to evenly spaced points", naive)):
        means = np.mean([(way.max(), way.std(), way.sum()) for way in steps], axis=0)
        print(f"  {name:38} {means[0]:17.1f}° {means[1]:18.1f}° {means[2]:10.1f}°")
    worse = sum(way.max() > other.max() + 1e-4 for way, other in zip(ours, naive, strict=True))
    print(f"  ours has the larger step in {worse} of {options.pairs}; p50 {np.median(taken):.1f} ms")


def _nearest(world: World, start: int, end: int, count: int) -> list[int]:
    rows = world.audio.astype(np.float32)
    chosen = [start, end]
    for step in range(1, count + 1):
        likeness = rows @ between(rows[start], rows[end], step / (count + 1))
        likeness[chosen] = -2.0
        chosen.insert(-1, int(np.argmax(likeness)))
    return chosen


def _steps(world: World, way: Sequence[int]) -> np.ndarray:
    rows = world.audio[list(way)]
    return np.asarray(np.degrees(np.arccos(np.clip((rows[1:] * rows[:-1]).sum(axis=1), -1.0, 1.0))))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=6_000)
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--limit", type=int, default=10)
    return parser.parse_args()


if __name__ == "__main__":
    main()
