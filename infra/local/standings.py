"""Follow tracks until they are ready or rejected, and notice when nobody works on them any more."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from infra.local.client import Client, ask

MOST_ASKED: Final = 500
PATIENCE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a track stands, under the id that it has by now; ``code`` and ``message`` say why it was rejected."""

    status: str
    track_id: str
    code: str = ""
    message: str = ""

    @property
    def is_final(self) -> bool:
        """Whether nothing more is to be waited for."""
        return self.status != "queued"


GIVEN_UP: Final = "nothing works on it any more: its message is among the dead letters (see `segue doctor`)"


class Watch:
    """Ask after tracks again and again."""

    def __init__(self, client: Client, queue: str) -> None:
        self._client, self._queue = client, queue
        self._moved = time.monotonic()

    def finished(self, track_ids: Collection[str]) -> dict[str, Standing]:
        """Return those tracks that are done with; where nothing moves and the queue is empty, that is all of them."""
        is_abandoned = bool(track_ids) and time.monotonic() - self._moved > PATIENCE_S and self._is_drained()
        standings = self._standings(list(track_ids))
        done = {asked: standing for asked, standing in standings.items() if standing.is_final}
        if done:
            self._moved = time.monotonic()
        elif is_abandoned:
            return {asked: Standing("failed", asked, "not_done", GIVEN_UP) for asked in track_ids}
        return done

    def moved(self) -> None:
        """Note that something was sent: patience begins anew."""
        self._moved = time.monotonic()

    def _standings(self, track_ids: list[str]) -> dict[str, Standing]:
        found: dict[str, Standing] = {}
        for start in range(0, len(track_ids), MOST_ASKED):
            asked = track_ids[start : start + MOST_ASKED]
            items = ask(self._client, "POST", "/tracks/status", body={"track_ids": asked})["items"]
            found.update((track_id, _standing(item)) for track_id, item in zip(asked, items, strict=True))
        return found

    def _is_drained(self) -> bool:
        counts = ask(self._client, "GET", "/health")["stores"]["queues"]["counts"]
        self._moved = time.monotonic()
        return not (counts.get(f"{self._queue}_waiting", 0) + counts.get(f"{self._queue}_in_flight", 0))


def _standing(item: Mapping[str, Any]) -> Standing:
    reason = item.get("reason") or {}
    return Standing(item["status"], item["track_id"], reason.get("code", ""), reason.get("message", ""))
