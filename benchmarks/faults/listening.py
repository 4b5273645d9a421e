"""The listen walk: several clients post batches, some of them telling of pages they were shown, and repeat what was not answered."""

import itertools
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.faults import remains
from benchmarks.faults.host import FaultyHost
from benchmarks.faults.verdict import Verdict
from infra.wiring import App

_CLIENTS: Final = 4
_ACTS: Final = 12
# So that no listener outgrows what a taste remembers, each round has listeners of its own.
_LISTENERS: Final = 6
_POSTS: Final = 60
_EXPORTED: Final = 3
Batch = list[dict[str, object]]


class Listening:
    """Post what is listened to, under interaction ids of the client's own."""

    name = "listening"

    def __init__(self, home: Path, *, tracks: list[str], rng: np.random.Generator, longest_s: float = 2.5) -> None:
        self.longest_s = longest_s
        self._home, self._tracks, self._rng = home, tracks, rng
        self._rounds = itertools.count()
        self._lock = threading.Lock()
        self._batches: list[tuple[Batch, bool]] = []
        self._told = self._uncounted = 0
        self._before = {str(name) for (name,) in remains.rows(home / "state.db", "SELECT interaction_id FROM interactions")}

    def work(self, host: FaultyHost) -> None:
        """Let every client post until the host is dead."""
        number = next(self._rounds)
        seeds = [int(seed) for seed in self._rng.integers(2**31, size=_CLIENTS)]
        clients = [threading.Thread(target=self._post_all, args=(host, f"{number}-{at}", seed)) for at, seed in enumerate(seeds)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    def check(self, host: FaultyHost, verdict: Verdict) -> None:
        """Hold the log against what was acknowledged, then against all once the clients have repeated the rest."""
        verdict.expect(host.settle(), "the queues did not run empty")
        logged = self._logged()
        for batch, is_acknowledged in self._batches:
            lost = [name for name in map(_name_of, batch) if name not in logged]
            verdict.expect(not (is_acknowledged and lost), f"acknowledged and lost: {lost[:3]}")
        for batch, is_acknowledged in self._batches:
            if not is_acknowledged:
                answer = host.post("/interactions", {"interactions": batch})
                verdict.same("accepted of a repeated batch", answer["accepted"], len(batch))
        verdict.expect(host.settle(), "the queues did not run empty")
        told = [_name_of(act) for batch, _ in self._batches for act in batch]
        self._told += len(told)
        verdict.same("acts in the log", sorted(self._logged()), sorted(told))
        self._expect_tastes(host, verdict)
        self._expect_counts(verdict)
        self._before |= {str(name) for (name,) in self._rows("SELECT interaction_id FROM interactions")}
        self._batches.clear()
        verdict.checked[:] = [
            f"{self._told:,} acts once each in log, exports, tastes and trends; {self._uncounted} uncounted in outcomes of pages"
        ]

    def at_rest(self, app: App, verdict: Verdict) -> None:
        """Look at tracks and versions, which listening leaves alone."""
        remains.expect_whole_tracks(app, verdict, known_absent=set())
        remains.expect_whole_versions(app, verdict)

    def _post_all(self, host: FaultyHost, name: str, seed: int) -> None:
        rng = np.random.default_rng(seed)
        for number in range(_POSTS):
            user = f"{name}-{rng.integers(_LISTENERS)}"
            page = host.call("GET", f"/users/{user}/recommendations", params={"limit": 5}) if rng.random() < 0.3 else None
            batch = self._batch(user, f"{name}-{number}", page.json() if page is not None and page.status_code == 200 else None, rng)
            answer = host.call("POST", "/interactions", json={"interactions": batch})
            is_acknowledged = answer is not None and answer.status_code == 202 and answer.json()["accepted"] == len(batch)
            with self._lock:
                self._batches.append((batch, is_acknowledged))
            if answer is None:
                return

    def _batch(self, user: str, name: str, page: dict[str, object] | None, rng: np.random.Generator) -> Batch:
        at = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
        shown = [item["track"]["track_id"] for item in page["items"]] if page else []  # type: ignore[index]  # JSON
        tracks = [*shown, *rng.choice(self._tracks, _ACTS)][:_ACTS]
        from_page = {"recommendation_id": page["recommendation_id"]} if page else {}
        return [
            {
                "interaction_id": f"act-{name}-{number}",
                "user_id": user,
                "track_id": str(track),
                "kind": "play",
                "at": at,
                **(from_page if number < len(shown) else {}),
            }
            for number, track in enumerate(tracks)
        ]

    def _rows(self, statement: str) -> list[tuple[object, ...]]:
        return remains.rows(self._home / "state.db", statement)

    def _logged(self) -> dict[str, str]:
        """Return the acts of this round that are in the log, by the name that their client gave them."""
        found = {str(name) for (name,) in self._rows("SELECT interaction_id FROM interactions")} - self._before
        return {name.split(".", 1)[1]: name for name in found}

    def _expect_tastes(self, host: FaultyHost, verdict: Verdict) -> None:
        acts = Counter(str(act["user_id"]) for batch, _ in self._batches for act in batch)
        for user, told in acts.items():
            verdict.same(f"acts in the taste of {user}", host.get(f"/users/{user}/taste")["plays"], told)
        for user in list(acts)[:_EXPORTED]:
            exported = Counter(str(act["interaction_id"]).split(".", 1)[1] for act in host.get(f"/users/{user}/export")["interactions"])
            expected = Counter(str(act["interaction_id"]) for batch, _ in self._batches for act in batch if act["user_id"] == user)
            verdict.same(f"export of {user}", exported, expected)

    def _expect_counts(self, verdict: Verdict) -> None:
        ((twice,),) = self._rows("SELECT COUNT(*) - COUNT(DISTINCT interaction_id) FROM interactions")
        verdict.same("acts that are twice in the log", twice, 0)
        ((counted,),) = self._rows("SELECT SUM(acts) FROM track_days")
        ((logged,),) = self._rows("SELECT COUNT(*) FROM interactions WHERE counted_day IS NOT NULL")
        verdict.same("acts in the counters of trends", counted, logged)
        ((tallied,),) = self._rows("SELECT IFNULL(SUM(value), 0) FROM tallies WHERE name = 'played' AND key IN ('cold', 'personal')")
        ((answered,),) = self._rows(
            """SELECT COUNT(*) FROM interactions JOIN impressions USING (recommendation_id, user),
                json_each(impressions.body, '$.track_ids')
            WHERE kind = 'play' AND NOT private AND json_each.value = interactions.track_id"""
        )
        self._uncounted = int(str(answered)) - int(float(str(tallied)))
        verdict.expect(self._uncounted >= 0, f"{-self._uncounted} plays too many in the outcomes of pages")


def _name_of(act: dict[str, object]) -> str:
    return str(act["interaction_id"])
