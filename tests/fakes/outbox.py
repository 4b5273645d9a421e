"""An outbox in lists."""

from collections.abc import Sequence
from datetime import datetime

from recommender.errors import Unavailable
from recommender.interactions import Interaction


class FakeOutbox:
    """Keep what was handed over; while ``shut`` it takes nothing."""

    def __init__(self) -> None:
        self.heard_of: list[Interaction] = []
        self.to_read: list[str] = []
        self.to_erase: list[tuple[str, str, datetime]] = []
        self.shut = False

    def listened(self, interactions: Sequence[Interaction]) -> None:
        self._open()
        self.heard_of.extend(interactions)

    def described(self, track_ids: Sequence[str]) -> None:
        self._open()
        self.to_read.extend(track_ids)

    def erasure_asked(self, user: str, *, receipt_id: str, asked_at: datetime) -> None:
        self._open()
        self.to_erase.append((user, receipt_id, asked_at))

    def _open(self) -> None:
        if self.shut:
            raise Unavailable("the outbox is shut")
