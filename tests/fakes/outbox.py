"""An outbox in lists."""

from collections.abc import Mapping, Sequence

from recommender.errors import Unavailable
from recommender.interactions import Interaction
from recommender.ports.erasures import Erasure


class FakeOutbox:
    """Keep what was handed over; while ``shut`` it takes nothing."""

    def __init__(self) -> None:
        self.heard_of: list[Interaction] = []
        self.to_read: list[str] = []
        self.to_erase: list[tuple[Erasure, str, bool]] = []
        self.lives: dict[str, Mapping[str, str]] = {}
        self.shut = False

    def listened(self, interactions: Sequence[Interaction], *, lives: Mapping[str, str] | None = None) -> None:
        self._open()
        self.lives |= {one.interaction_id: lives or {} for one in interactions}
        self.heard_of.extend(interactions)

    def described(self, track_ids: Sequence[str]) -> None:
        self._open()
        self.to_read.extend(track_ids)

    def erasure_asked(self, erasure: Erasure, *, receipt_id: str, retrain: bool) -> None:
        self._open()
        self.to_erase.append((erasure, receipt_id, retrain))

    def _open(self) -> None:
        if self.shut:
            raise Unavailable("the outbox is shut")
