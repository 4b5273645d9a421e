"""``python -m benchmarks.faults``: do the faults to hosts of homes made here, print a table, end with 1 where a promise was broken."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.faults import kills, library
from benchmarks.faults.clock import turn_clock
from benchmarks.faults.damage import damage_files
from benchmarks.faults.disk import fill_disks
from benchmarks.faults.folders import refuse_folders
from benchmarks.faults.ingesting import Ingesting, kill_workers
from benchmarks.faults.listening import Listening
from benchmarks.faults.remains import opened, rows
from benchmarks.faults.training import Swapping, Training
from benchmarks.faults.verdict import Verdict, print_table

_WORKERS: Final = 6

Fault = Callable[[], list[Verdict]]


class Bench:
    """The faults, over copies of one first home."""

    def __init__(self, work: Path, *, total: int, seed: int) -> None:
        self._work = work
        self._kills = total
        self._seed = seed
        self._environment: Mapping[str, str] = library.shared(work)

    def faults(self) -> dict[str, Fault]:
        """Return each fault by the name that ``--only`` takes."""
        return {
            "ingest": self._ingest,
            "listening": self._listening,
            "training": self._training,
            "swap": self._swap,
            "disk": lambda: fill_disks(self._first, self._work, self._environment),
            "folders": lambda: refuse_folders(self._first, self._work, self._environment),
            "clock": lambda: turn_clock(self._first, self._work, self._environment),
            "damage": lambda: damage_files(self._first, self._work, self._environment),
        }

    def make(self) -> None:
        """Make the first home."""
        self._first = library.made(self._work)

    def _rng(self, place: int) -> np.random.Generator:
        return np.random.default_rng((self._seed, place))

    def _share(self, place: int) -> int:
        """Return how many of all kills fall on a walk: they are spread evenly, the first walks taking the rest."""
        return max(1, self._kills // 4 + (place < self._kills % 4))

    def _killed(self, walk: kills.Walk, home: Path, place: int) -> Verdict:
        return kills.kill_in(walk, home, kills=self._share(place), rng=self._rng(place), environment=self._environment)

    def _ingest(self) -> list[Verdict]:
        walked = self._killed(Ingesting(self._work, rng=self._rng(10)), library.copy_of(self._first, "ingest"), 0)
        home = library.copy_of(self._first, "workers")
        return [walked, kill_workers(home, self._work, times=_WORKERS, rng=self._rng(14), environment=self._environment)]

    def _listening(self) -> list[Verdict]:
        home = library.copy_of(self._first, "listening")
        return [self._killed(Listening(home, tracks=_tracks(home), rng=self._rng(11)), home, 1)]

    def _training(self) -> list[Verdict]:
        home = library.copy_of(self._first, "training")
        return [self._killed(Training(tracks=_tracks(home)), home, 2)]

    def _swap(self) -> list[Verdict]:
        home = library.copy_of(self._first, "swap")
        with opened(home, self._environment) as app:
            versions = [manifest.version for manifest in app.models.manifests() if manifest.published]
            serving = app.stores.serving.get().collab_version
        return [self._killed(Swapping(versions=versions[:2], serving=serving, rng=self._rng(13)), home, 3)]


def main() -> None:
    """Do what was asked for and print what came of it."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="segue-faults-", dir=options.folder) as folder:
        bench = Bench(Path(folder), total=options.kills, seed=options.seed)
        chosen = {name: fault for name, fault in bench.faults().items() if not options.only or name in options.only}
        bench.make()
        verdicts = []
        for name, fault in chosen.items():
            began = time.perf_counter()
            found = fault()
            verdicts += found
            print(f"{name}: {time.perf_counter() - began:.0f} s, {sum(len(one.complaints) for one in found)} complaints", file=sys.stderr)
        held = print_table(verdicts)
    raise SystemExit(0 if held else 1)


def _tracks(home: Path) -> list[str]:
    return [str(name) for (name,) in rows(home / "state.db", "SELECT track_id FROM tracks WHERE status = 'ready' ORDER BY track_id")]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="spread over ingest, listening, training and swap")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[], help="some of the faults, by name")
    parser.add_argument("--folder", type=Path, default=None, help="where the homes are made; the system's place for temporary files")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    main()
