"""The ingest walk, in which files are uploaded, tracks described and taken out again; and hearing, in which the worker alone is killed."""

import hashlib
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.faults import remains
from benchmarks.faults.host import FaultyHost, eventually
from benchmarks.faults.library import send
from benchmarks.faults.sounds import sound
from benchmarks.faults.verdict import Verdict
from infra.wiring import App
from recommender.identity import point_id

_MOST_FILES: Final = 12
_READY: Final = 200
_WORKER_S: Final = 60.0


class Ingesting:
    """Upload what nobody has heard, describe, and delete; a client sends again what was not acknowledged."""

    name = "ingest"

    def __init__(self, folder: Path, *, rng: np.random.Generator, longest_s: float = 6.0) -> None:
        self.longest_s = longest_s
        self._folder, self._rng = folder, rng
        self._next = 1_000
        self._begun: dict[str, Path] = {}
        self._sent: dict[str, str] = {}
        self._described: set[str] = set()
        self._unsure: dict[str, str] = {}
        self._deleted: set[str] = set()

    def work(self, host: FaultyHost) -> None:
        """Send files until the host is dead."""
        for _ in range(_MOST_FILES):
            if not (self._upload(host) and self._describe(host)):
                return
            if self._rng.random() < 0.2 and not self._delete(host):
                return

    def check(self, host: FaultyHost, verdict: Verdict) -> None:
        """Send again what was not acknowledged; then every track has to be ready and be found by sound, by words and by name."""
        verdict.expect(host.settle(), "the queues did not run empty")
        for track_id, file in list(self._begun.items()):
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            verdict.expect(self._put(host, track_id, file, digest), f"{file.name} could not be sent again")
        for track_id, title in list(self._unsure.items()):
            verdict.expect(self._say(host, track_id, title), f"{title} could not be described again")
        verdict.expect(host.settle(), "the queues did not run empty")
        for track_id in self._sent:
            self._expect_found(host, track_id, ("audio", "text"), verdict)
        for track_id in self._described:
            self._expect_found(host, track_id, ("text",), verdict)
        for track_id in self._deleted:
            answer = host.call("GET", f"/tracks/{track_id}")
            verdict.expect(answer is not None and answer.status_code == 404, f"the deleted track {track_id} is there")
        dead = {name: count for name, count in host.counts()["queues"].items() if name.endswith("dead") and count}
        verdict.expect(not dead, f"dead letters: {dead}")
        verdict.checked[:] = [f"{len(self._sent):,} files and {len(self._described):,} described tracks whole, {len(self._deleted):,} gone"]
        self._forget_most()

    def at_rest(self, app: App, verdict: Verdict) -> None:
        """Look at every track, acknowledged or not."""
        remains.expect_whole_tracks(app, verdict, known_absent={*self._begun, *self._unsure})
        remains.expect_whole_versions(app, verdict)

    def _upload(self, host: FaultyHost) -> bool:
        self._next += 1
        file = sound(self._folder / f"new-{self._next}.wav", self._next)
        # The hash names the track, so that a client whose call was not answered knows what it has begun.
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        self._begun[point_id(digest)] = file
        return self._put(host, point_id(digest), file, digest)

    def _put(self, host: FaultyHost, track_id: str, file: Path, digest: str) -> bool:
        """Begin an upload, for the first time or again, and send the file."""
        title = f"Number {file.stem[4:]}"
        said = {"filename": file.name, "sha256": digest, "metadata": {"title": title, "artists": ["New"]}}
        begun = host.call("POST", "/uploads", json=said)
        if begun is None or begun.status_code not in {200, 201}:
            return False
        target = begun.json()
        if begun.status_code == 201:
            put = host.call(target["method"], target["url"], content=file.read_bytes(), headers=target["headers"])
            if put is None or put.status_code != 200:
                return False
        self._begun.pop(track_id)
        self._sent[track_id] = title
        return True

    def _describe(self, host: FaultyHost) -> bool:
        self._next += 1
        track_id, title = f"said-{self._next}", f"Said {self._next}"
        self._unsure[track_id] = title
        return self._say(host, track_id, title)

    def _say(self, host: FaultyHost, track_id: str, title: str) -> bool:
        answer = host.call("PUT", f"/tracks/{track_id}", json={"title": title, "artists": ["Teller"]})
        if answer is None or answer.status_code != 202:
            return False
        self._unsure.pop(track_id)
        self._described.add(track_id)
        return True

    def _delete(self, host: FaultyHost) -> bool:
        track_id = next(iter(self._described))
        self._described.discard(track_id)
        answer = host.call("DELETE", f"/tracks/{track_id}")
        if answer is not None and answer.status_code == 204:
            self._deleted.add(track_id)
        return answer is not None

    def _expect_found(self, host: FaultyHost, track_id: str, spaces: tuple[str, ...], verdict: Verdict) -> None:
        said = host.get(f"/tracks/{track_id}")
        if not verdict.expect(said["status"] == "ready", f"track {track_id} is {said['status']}: {said.get('reason')}"):
            return
        for space in spaces:
            answer = host.call("GET", f"/tracks/{track_id}/similar", params={"space": space, "limit": 3})
            is_found = answer is not None and answer.status_code == _READY
            verdict.expect(is_found, f"track {track_id} has no neighbours in {space}")

    def _forget_most(self) -> None:
        """Look at the oldest no longer: the last look at the files sees them all."""
        for track_id in list(self._sent)[:-40]:
            del self._sent[track_id]
        for track_id in sorted(self._described)[:-40]:
            self._described.discard(track_id)


def kill_workers(home: Path, folder: Path, *, times: int, rng: np.random.Generator, environment: Mapping[str, str]) -> Verdict:
    """Kill the hearing worker, and not its host, while files wait for it; each of them has to be heard all the same."""
    verdict = Verdict("kill -9 of the hearing worker alone")
    host = FaultyHost(home, environment=environment).start()
    sent: list[str] = []
    for number in range(times):
        sent += [
            send(host, sound(folder / f"worker-{number}-{at}.wav", 2_000 + 10 * number + at), title=f"Worker {number}{at}")
            for at in range(3)
        ]
        if not verdict.expect(eventually(lambda: bool(host.workers()), _WORKER_S), "no worker came up"):
            break
        time.sleep(float(rng.uniform(0, 1.0)))
        for pid in host.workers():
            os.kill(pid, signal.SIGKILL)
            verdict.times += 1
        verdict.expect(host.settle(), "the queues did not run empty")
    verdict.expect(verdict.times >= times, f"only {verdict.times} workers were killed")
    verdict.same("statuses", {host.get(f"/tracks/{track_id}")["status"] for track_id in sent}, {"ready"})
    verdict.complaints += host.wrong
    verdict.same("exit status after SIGTERM", host.end(), 0)
    verdict.checked.append(f"{len(sent)} files heard by the workers after, the host unharmed")
    return verdict
