"""The training walk and the swap walk: versions are made, promoted, rolled back and refitted while people ask for pages."""

import threading
from typing import Final

import numpy as np

from benchmarks.faults import remains
from benchmarks.faults.host import FaultyHost
from benchmarks.faults.library import acts_of, listen, name_of
from benchmarks.faults.verdict import Verdict
from infra.wiring import App

_READERS: Final = 2
_ASKED: Final = 5


class Training:
    """Train again and again, with a little more listening each time."""

    name = "training"

    def __init__(self, *, tracks: list[str], longest_s: float = 8.0) -> None:
        self.longest_s = longest_s
        self._tracks = tracks
        self._part = 10
        self._answered: set[str] = set()
        self.trained = 0

    def work(self, host: FaultyHost) -> None:
        """Train until the host is dead."""
        while True:
            answer = host.invoke("TrainCollaborativeFunction")
            if answer is None or answer.status_code != 200:
                return
            self._answered = {answer.json()["version"]}
            self.trained += 1

    def check(self, host: FaultyHost, verdict: Verdict) -> None:
        """Ask for versions and pages, then listen a little, so that the next training differs."""
        listed = {item["version"] for item in host.get("/models")["items"]}
        verdict.expect(self._answered <= listed, f"version {self._answered} was answered and is not listed")
        expect_pages(host, verdict)
        self._part += 1
        listen(host, acts_of(self._tracks, part=self._part % 2, acts=2))
        verdict.expect(host.settle(), "the queues did not run empty")
        verdict.checked[:] = [f"{self.trained} trainings ended, all listed versions whole, pages answered by the serving one"]

    def at_rest(self, app: App, verdict: Verdict) -> None:
        """Look at every version and at the slots."""
        remains.expect_no_unfinished_versions(app, verdict)
        remains.expect_whole_versions(app, verdict)
        remains.expect_whole_tracks(app, verdict, known_absent=set())


class Swapping:
    """Promote, roll back and refit, as a careless operator would, while pages are asked for."""

    name = "swap"

    def __init__(self, *, versions: list[str], serving: str | None, rng: np.random.Generator, longest_s: float = 3.0) -> None:
        self.longest_s = longest_s
        self._versions, self._rng = versions, rng
        self._told = serving
        self._asked: set[str | None] = set()
        self.swaps = 0

    def work(self, host: FaultyHost) -> None:
        """Swap until the host is dead, with readers beside."""
        readers = [threading.Thread(target=_read_on, args=(host, number)) for number in range(_READERS)]
        for reader in readers:
            reader.start()
        while self._swap(host):
            self.swaps += 1
        for reader in readers:
            reader.join()

    def check(self, host: FaultyHost, verdict: Verdict) -> None:
        """Hold what serves against what was acknowledged, and ask for pages."""
        serving = host.get("/health")["models"]["collab"]
        verdict.expect(
            serving in {self._told, *self._asked}, f"{serving} serves, where {self._told} was answered and {self._asked} asked for"
        )
        self._told, self._asked = serving, set()
        expect_pages(host, verdict)
        verdict.checked[:] = [f"{self.swaps} swaps answered, each still there; slots hold exactly the vectors of the versions that serve"]

    def at_rest(self, app: App, verdict: Verdict) -> None:
        """Look at the slots, vector by vector."""
        remains.expect_whole_versions(app, verdict)
        remains.expect_whole_tracks(app, verdict, known_absent=set())

    def _swap(self, host: FaultyHost) -> bool:
        """Do one thing; return whether it was answered."""
        kind = int(self._rng.integers(4))
        if kind <= 1:
            version = self._versions[kind]
            self._asked = {version}
            answer = host.call("POST", f"/models/{version}/promote")
        elif kind == 2:
            self._asked = set(self._versions)
            answer = host.call("POST", "/models/rollback")
        else:
            self._asked = set()
            event = {"configured": bool(self._rng.integers(2))}
            return (answer := host.invoke("FitAudioFunction", event)) is not None and answer.status_code == 200
        if answer is None or answer.status_code != 200:
            return False
        self._told, self._asked = answer.json()["serving"], set()
        return True


def expect_pages(host: FaultyHost, verdict: Verdict) -> None:
    """Complain unless pages are answered whole, by the version that serves."""
    serving = host.get("/health")["models"]
    for user in range(_ASKED):
        page = host.get(f"/users/{name_of(user)}/recommendations", limit=10)
        verdict.expect(bool(page["items"]) and not page.get("degraded"), f"the page of {name_of(user)} is empty or made from memory")
        verdict.same("version of a page", page["models"]["collab"], serving["collab"])


def _read_on(host: FaultyHost, number: int) -> None:
    while (answer := host.call("GET", f"/users/{name_of(number)}/recommendations", params={"limit": 10})) is not None:
        if answer.status_code != 200:
            return
