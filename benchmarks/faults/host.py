"""A host in a process of its own that is meant to be hurt, and a client that notes every answer no host should give."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from infra.local.first_key import FILE

START_S: Final = 90.0
_LAST_WORDS: Final = 2_000


class Dead(Exception):
    """A host did not come up; carries what it said."""


class FaultyHost:
    """``segue serve`` over a home: started, killed and started again.

    Attributes
    ----------
    wrong
        Answers of 500 and above that are not a 503 with a code, over all of its lives.
    statuses
        How many answers had which status.
    """

    def __init__(self, home: Path, *, environment: Mapping[str, str] | None = None, user: int | None = None) -> None:
        self.home = home
        self.wrong: list[str] = []
        self.statuses: Counter[int] = Counter()
        self._user = user
        self._environment = {**os.environ, "SEGUE_HOME": str(home), "HEARING_WORKERS": "1", "TUNING_S": "0", **(environment or {})}
        self._environment.pop("SEGUE_KEY", None)
        self._counting = threading.Lock()

    def launch(self) -> None:
        """Start the process and return at once."""
        command = [sys.executable, "-m", "infra.local", "serve", "--port", "0", "--json"]
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as the process
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self._said, text=True, env=self._environment, user=self._user
        )

    def start(self) -> "FaultyHost":
        """Start, and return when requests are answered.

        Raises
        ------
        Dead
            If it ends instead.
        """
        self.launch()
        line = _first_line(self.process)
        if not line:
            self.process.kill()
            raise Dead(f"{self.process.wait()} {self.last_words()}")
        key = (self.home / FILE).read_text(encoding="ascii").strip()
        self.url = json.loads(line)["url"]
        self.client = httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {key}"}, timeout=60.0, trust_env=False)
        return self

    def last_words(self) -> str:
        """Return the end of what the process wrote to standard error, once it ended."""
        self.process.wait(START_S)
        self._said.seek(0)
        return self._said.read()[-_LAST_WORDS:]

    def call(self, method: str, path: str, **content: Any) -> httpx.Response | None:
        """Send a request and return the answer, ``None`` if the host died over it; one that asks too often waits and asks again."""
        while True:
            try:
                answer = self.client.request(method, path, **content)
            except (httpx.TransportError, RuntimeError):  # the latter where the client was closed, as its host is dead
                return None
            self._note(method, path, answer)
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                return answer
            time.sleep(float(answer.headers.get("retry-after", "1")))

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a good answer.

        Raises
        ------
        Dead
            If there is none.
        """
        return _good(self.call("GET", path, params=query or None), path)

    def post(self, path: str, body: object) -> Any:
        """Send JSON and return the JSON of a good answer; raises ``Dead`` as ``get``."""
        return _good(self.call("POST", path, json=body), path)

    def invoke(self, function: str, event: Mapping[str, object] | None = None) -> httpx.Response | None:
        """Invoke a function of the plan."""
        return self.call("POST", f"/2015-03-31/functions/{function}/invocations", json=dict(event or {}), timeout=300.0)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return what every store holds."""
        return {name: store["counts"] for name, store in self.get("/health")["stores"].items()}

    def settle(self, within_s: float = 120.0) -> bool:
        """Wait until nothing waits or is in work on any queue; return whether that came."""
        return eventually(lambda: not any(count for name, count in self.counts()["queues"].items() if not name.endswith("dead")), within_s)

    def children(self) -> list[int]:
        """Return the process ids below the host's."""
        below: list[int] = []
        parents = _parents()
        waiting = [self.process.pid]
        while waiting:
            parent = waiting.pop()
            found = [pid for pid, above in parents.items() if above == parent]
            below += found
            waiting += found
        return below

    def workers(self) -> list[int]:
        """Return the process ids of the hearing workers below the host."""
        told = subprocess.run(["ps", "-A", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
        spawned = {int(row.split()[0]) for row in told if "multiprocessing.spawn" in row}
        return [pid for pid in self.children() if pid in spawned]

    def kill(self) -> list[int]:
        """Kill the process as no process can prevent, and return which children it had."""
        children = self.children()
        self.process.kill()
        self._close()
        return children

    def end(self) -> int:
        """End the process as an operator does, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self._close()
        return int(self.process.returncode)

    def _close(self) -> None:
        self.process.wait(60)
        if hasattr(self, "client"):
            self.client.close()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _note(self, method: str, path: str, answer: httpx.Response) -> None:
        with self._counting:
            self.statuses[answer.status_code] += 1
            if answer.status_code >= 500 and not (answer.status_code == 503 and code_of(answer)):
                self.wrong.append(f"{method} {path.split('?', maxsplit=1)[0]} answered {answer.status_code} {answer.text[:200]}")


def code_of(answer: httpx.Response | None) -> str | None:
    """Return the code of an error in the API's form."""
    if answer is None:
        return None
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return str(answer.json()["error"]["code"]) or None
    return None


def eventually(holds: Callable[[], bool], within_s: float) -> bool:
    """Wait until something holds, and return whether it came to that."""
    until = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def alive(pids: list[int]) -> list[int]:
    """Return which of these processes are there."""
    known = _parents()
    return [pid for pid in pids if pid in known]


def segue(home: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command of the command line on a home."""
    told = {**os.environ, "SEGUE_HOME": str(home), "HEARING_WORKERS": "1", "COLUMNS": "400", **(environment or {})}
    return subprocess.run(
        [sys.executable, "-m", "infra.local", *arguments], capture_output=True, text=True, check=False, env=told, timeout=300
    )


def _first_line(process: "subprocess.Popen[str]") -> str:
    late = threading.Timer(START_S, process.kill)
    late.start()
    try:
        return process.stdout.readline() if process.stdout is not None else ""
    finally:
        late.cancel()


def _good(answer: httpx.Response | None, path: str) -> Any:
    if answer is None or answer.status_code >= 400:
        raise Dead(f"{path}: {'no answer' if answer is None else f'{answer.status_code} {answer.text[:300]}'}")
    return answer.json()


def _parents() -> dict[int, int]:
    """Return every living process with its parent; those that ended and wait to be asked about are not alive."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout.split("\n")
    rows = [row.split() for row in listed if row.strip()]
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}
