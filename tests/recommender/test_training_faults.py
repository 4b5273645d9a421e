"""Whatever breaks at whichever write, a whole version serves, and the next try goes through."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import BinaryIO

import pytest

from recommender.errors import Unavailable
from recommender.models import Models
from recommender.payload import Payload
from recommender.ports.index import Point, Vector
from recommender.serving import Serving
from recommender.training.swap import Swap
from tests.fakes.index import FakeIndex
from tests.fakes.objects import FakeObjects
from tests.fakes.stores import FakeServingStore
from tests.recommender.engine import NOW, Engine, act
from tests.recommender.test_training import ROCK, block_listening, library
from tests.recommender.versions import ANGLES, V1, V2, publish, served, swappable


class Fuse:
    """Let a number of writes through, then break every one."""

    def __init__(self) -> None:
        self.left = 10**9
        self.burnt = 0

    def write(self) -> None:
        """Count one write, or break it."""
        if self.left == 0:
            raise Unavailable("the machine stopped")
        self.left -= 1
        self.burnt += 1


class FusedIndex(FakeIndex):
    """Count every write to the index."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self._fuse = fuse

    def upsert(self, points: Sequence[Point]) -> None:
        self._fuse.write()
        super().upsert(points)

    def clear_slot(self, slot: str) -> None:
        self._fuse.write()
        super().clear_slot(slot)

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        self._fuse.write()
        super().set_vectors(slot, vectors)

    def set_payload(self, changes: Mapping[str, Payload]) -> None:
        self._fuse.write()
        super().set_payload(changes)

    def flush(self) -> None:
        self._fuse.write()


class FusedObjects(FakeObjects):
    """Count every file written or removed."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self._fuse = fuse

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        self._fuse.write()
        super().put(key, content)

    def delete(self, key: str) -> None:
        self._fuse.write()
        super().delete(key)


class FusedServing(FakeServingStore):
    """Count every switch."""

    def __init__(self, serving: Serving, fuse: Fuse) -> None:
        super().__init__(serving)
        self._fuse = fuse

    def put(self, serving: Serving) -> Serving:
        self._fuse.write()
        return super().put(serving)


def fused() -> tuple[Engine, Fuse]:
    """Return a library that ``v1`` serves and ``v2`` waits for, every write to whose index and serving store goes over one fuse."""
    fuse = Fuse()
    engine = swappable(FusedIndex(fuse))
    engine.serving = FusedServing(engine.serving.get(), fuse)
    engine.swap = Swap(engine.index, engine.serving, engine.models)
    engine.swap.serve("v1")
    return engine, fuse


def is_through(swap: Swap, version: str) -> bool:
    """Swap, and tell whether no write broke."""
    try:
        swap.serve(version)
    except Unavailable:
        return False
    return True


def test_a_swap_that_breaks_at_any_write_leaves_the_old_version_whole_until_the_switch_and_the_next_try_goes_through() -> None:
    for writes in count():
        engine, fuse = fused()
        fuse.left = writes
        if is_through(engine.swap, "v2"):
            break
        fuse.left = 10**9

        shown = served(engine)
        assert shown == {"v1": V1, "v2": V2}[str(engine.serving.get().collab_version)]
        assert is_through(engine.swap, "v2")

        assert served(engine) == V2
    assert writes > 6


def test_a_version_whose_publishing_breaks_at_any_file_does_not_exist() -> None:
    for writes in count():
        fuse = Fuse()
        models = Models(FusedObjects(fuse))
        fuse.left = writes
        try:
            publish(models, "v1", ANGLES)
        except Unavailable:
            assert models.manifests() == []
        else:
            break
    assert writes == 4


def test_a_training_that_breaks_in_its_swap_leaves_the_old_version_serving_and_the_next_training_serves() -> None:
    fuse = Fuse()
    engine = library(Engine(index=FusedIndex(fuse)))
    engine.log.append(block_listening())
    first = engine.training.run(now=NOW)
    engine.log.append([act(ROCK[15], user="rock fan 00", days_ago=0)])
    fuse.left = 1
    with pytest.raises(Unavailable):
        engine.training.run(now=NOW + timedelta(days=1))
    serving_then = engine.serving.get().collab_version
    fuse.left = 10**9

    third = engine.training.run(now=NOW + timedelta(days=2))

    assert serving_then == first.version
    assert engine.serving.get().collab_version == third.version
