"""Threads that ask while versions are swapped on the real engine see one version or the other, never both in one answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from infra.edge_index import EdgeIndex
from recommender.filters import Where
from recommender.ports.index import Nearest
from tests.recommender.engine import Engine, at_angle
from tests.recommender.versions import publish

TRACKS = 200
SWAPS = 3
ASKERS = 3


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A library on Edge: half of the tracks trained, half predicted; the third coordinate of a vector tells its version."""
    with EdgeIndex(tmp_path / "index") as index:
        engine = Engine(index=index)  # type: ignore[arg-type]  # any index serves
        for number in range(TRACKS):
            engine.add(f"t{number}", number % 360)
        for mark in (1, 2):
            publish(engine.models, f"v{mark}", {f"t{number}": number % 360 for number in range(TRACKS // 2)}, mark=mark, days_ago=3 - mark)
        engine.swap.serve("v1")
        yield engine


@contextmanager
def asking(engine: Engine) -> Iterator[list[set[float]]]:
    """Ask in several threads for as long as the context is open; what comes out is the marks of each answer."""
    seen: list[set[float]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            serving = engine.serving.get()
            slot = serving.collab_slot
            # A question about the third coordinate alone: every track answers with the mark of its version.
            mark = np.zeros(128, np.float32)
            mark[2] = 1.0
            (hits,) = engine.index.nearest([Nearest(slot, mark, limit=TRACKS, where=Where())])
            if engine.serving.get() == serving:
                seen.append({round(hit.score, 3) for hit in hits} if len(hits) == TRACKS else {-1.0})

    threads = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    yield seen
    done.set()
    for thread in threads:
        thread.join()


def test_no_answer_during_swaps_holds_two_versions_or_misses_a_track(engine: Engine) -> None:
    publish(engine.models, "v3", {f"t{number}": 90 for number in range(0, TRACKS, 2)}, mark=3)

    with asking(engine) as seen:
        for _ in range(SWAPS):
            for version in ("v2", "v3", "v1"):
                engine.swap.serve(version)
            engine.swap.rollback()

    assert seen
    assert all(len(marks) == 1 for marks in seen)
    assert {1.0, 2.0, 3.0} <= set().union(*seen)


def test_a_rollback_writes_no_vector(engine: Engine) -> None:
    engine.swap.serve("v2")
    slots = ("collab_a", "collab_b")
    before = engine.index.fetch([f"t{number}" for number in range(TRACKS)], slots=slots)

    engine.swap.rollback()

    after = engine.index.fetch([f"t{number}" for number in range(TRACKS)], slots=slots)
    assert engine.serving.get().collab_version == "v1"
    for track_id, point in before.items():
        for slot in slots:
            np.testing.assert_array_equal(point.vectors[slot], after[track_id].vectors[slot])


def test_tracks_described_during_a_swap_are_of_the_version_that_serves_in_the_end(engine: Engine) -> None:
    stopped = threading.Event()

    def describe() -> None:
        number = 0
        while not stopped.is_set():
            track = engine.catalog.get(f"t{number % TRACKS}")
            assert track is not None
            engine.placing.place([track], {track.track_id: at_angle(number % 360, slot="text")})
            number += 1

    writer = threading.Thread(target=describe)
    writer.start()
    for version in ("v2", "v1", "v2", "v1", "v2"):
        engine.swap.serve(version)
    stopped.set()
    writer.join()

    slot = engine.serving.get().collab_slot
    points = engine.index.fetch([f"t{number}" for number in range(TRACKS)], slots=(slot,))
    assert {float(point.vectors[slot][2]) for point in points.values()} == {2.0}
