"""An index that goes away after a number of writes, as a machine does."""

from collections.abc import Mapping

from recommender.errors import Unavailable
from recommender.ports.index import Vector
from tests.fakes.index import FakeIndex


class Failing(FakeIndex):
    """Fail after a number of writes to slots."""

    left = 10**9

    def clear_slot(self, slot: str) -> None:
        self._count()
        super().clear_slot(slot)

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        self._count()
        super().set_vectors(slot, vectors)

    def _count(self) -> None:
        if self.left == 0:
            raise Unavailable("the index went away")
        self.left -= 1
