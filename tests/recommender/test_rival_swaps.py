"""Of swaps at the same time one gives way, and no version is ever mixed with another."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from recommender.errors import Conflict, Unavailable
from recommender.ports.index import Vector
from recommender.serving import Serving
from recommender.training.swap import Swap
from tests.fakes.index import FakeIndex
from tests.fakes.stores import FakeServingStore
from tests.recommender.versions import ANGLES, V1, publish, served, swappable


class Interrupted(FakeIndex):
    """Let a rival serve ``v3`` after a number of writes to slots."""

    rival: Swap | None = None
    left = 0

    def clear_slot(self, slot: str) -> None:
        super().clear_slot(slot)
        self._interrupt()

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        super().set_vectors(slot, vectors)
        self._interrupt()

    def _interrupt(self) -> None:
        self.left -= 1
        if self.rival is not None and self.left == 0:
            self.rival.serve("v3")


@pytest.mark.parametrize("writes", [1, 2, 3])
def test_of_two_swaps_at_once_one_gives_way_and_no_version_is_mixed_with_another(writes: int) -> None:
    index = Interrupted()
    engine = swappable(index)
    publish(engine.models, "v3", ANGLES, mark=3)
    engine.swap.serve("v1")
    index.rival, index.left = engine.swap, writes

    with pytest.raises(Conflict):
        engine.swap.serve("v2")

    assert engine.serving.get().collab_version == "v3"
    assert {mark for _, mark in served(engine).values()} == {3.0}


def test_a_swap_that_began_later_and_is_still_writing_is_not_overtaken() -> None:
    class Beginning(Interrupted):
        def _interrupt(self) -> None:
            self.left -= 1
            if self.rival is not None and self.left == 0:
                self.left = 1
                rival, self.rival = self.rival, None
                with pytest.raises(Unavailable):
                    rival.serve("v3")
            elif self.rival is None and self.left == 0:
                raise Unavailable("the rival is slow")

    index = Beginning()
    engine = swappable(index)
    publish(engine.models, "v3", ANGLES, mark=3)
    engine.swap.serve("v1")
    index.rival, index.left = engine.swap, 2

    with pytest.raises(Conflict):
        engine.swap.serve("v2")

    assert served(engine) == V1


def test_a_slot_that_somebody_else_took_before_the_switch_is_not_served() -> None:
    class Rival(FakeServingStore):
        def put(self, serving: Serving) -> Serving:
            written = super().put(serving)
            return super().put(replace(written, idle_collab=None)) if serving.idle_collab == "v2" else written

    engine = swappable()
    store = Rival(Serving(audio_version="ear-1"))

    with pytest.raises(Conflict):
        Swap(engine.index, store, engine.models).serve("v2")

    assert store.get().collab_version is None
