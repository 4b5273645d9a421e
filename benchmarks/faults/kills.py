"""Kill a host at random moments of a walk, and look after each restart at what it left."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from benchmarks.faults.host import FaultyHost, alive, eventually
from benchmarks.faults.remains import opened
from benchmarks.faults.verdict import Verdict
from infra.wiring import App

_GONE_S: Final = 10.0
_START_S: Final = 2.0
# Every third time the files are looked at before the next host mends anything, every fifth that host is killed too while it starts.
_AT_REST: Final = 3
_AT_START: Final = 5


class Walk(Protocol):
    """Something that hosts do all day."""

    name: str
    longest_s: float

    def work(self, host: FaultyHost) -> None:
        """Go on until the host is dead."""
        ...

    def check(self, host: FaultyHost, verdict: Verdict) -> None:
        """Complain of what the next host answers; leave it idle."""
        ...

    def at_rest(self, app: App, verdict: Verdict) -> None:
        """Complain of what lies in the files."""
        ...


def kill_in(walk: Walk, home: Path, *, kills: int, rng: np.random.Generator, environment: Mapping[str, str]) -> Verdict:
    """Return what came of killing hosts of a home so many times."""
    verdict = Verdict(f"kill -9 in {walk.name}")
    host = FaultyHost(home, environment=environment).start()
    rounds = 0
    while verdict.times < kills:
        rounds += 1
        _kill_at_work(walk, host, after_s=float(rng.uniform(0, walk.longest_s)), verdict=verdict)
        if rounds % _AT_REST == 0:
            with opened(home, environment) as app:
                walk.at_rest(app, verdict)
        if rounds % _AT_START == 0 and verdict.times < kills:
            host.launch()
            time.sleep(float(rng.uniform(0, _START_S)))
            host.process.kill()
            host.process.wait()
            verdict.times += 1
        host.start()
        walk.check(host, verdict)
    verdict.same("exit status after SIGTERM", host.end(), 0)
    with opened(home, environment) as app:
        walk.at_rest(app, verdict)
    verdict.complaints += host.wrong
    verdict.checked.append(f"{sum(host.statuses.values()):,} answers, {host.statuses[503]} of them 503 with a code, no other above 499")
    verdict.checked.append("no worker outlived its host")
    return verdict


def _kill_at_work(walk: Walk, host: FaultyHost, *, after_s: float, verdict: Verdict) -> None:
    working = threading.Thread(target=walk.work, args=(host,))
    working.start()
    time.sleep(after_s)
    children = host.kill()
    verdict.times += 1
    working.join()
    gone = eventually(lambda: not alive(children), _GONE_S)
    verdict.expect(gone, f"workers {alive(children)} outlived their host by {_GONE_S:g} s")
