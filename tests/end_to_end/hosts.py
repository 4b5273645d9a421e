"""A real host in a process of its own, started and ended as people do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from infra.local.first_key import FILE

START_S = 60.0


class RunningHost:
    """A host that answers, with a client of its address."""

    def __init__(self, process: "subprocess.Popen[str]", url: str, key: str) -> None:
        self.process = process
        self.client = httpx.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=30.0)

    def end(self) -> int:
        """End the host as an operator does, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(40)
        self.client.close()
        return status

    def counts(self) -> dict[str, dict[str, int]]:
        """Return what every store holds."""
        stores: dict[str, Any] = self.client.get("/health").json()["stores"]
        return {name: store["counts"] for name, store in stores.items()}

    def upload(self, file: Path) -> str:
        """Send one file and return its track id."""
        begun = self.client.post("/uploads", json={"filename": file.name}).raise_for_status().json()
        self.client.request(begun["method"], begun["url"], headers=begun["headers"], content=file.read_bytes()).raise_for_status()
        return str(begun["track_id"])


@contextmanager
def hosting(home: Path) -> Iterator[RunningHost]:
    """Start ``segue serve`` on a free port and end it, however the test ends."""
    environment = {**os.environ, "SEGUE_HOME": str(home), "HEARING_WORKERS": "1"}
    command = [sys.executable, "-m", "infra.local", "serve", "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        if process.stdout is None:
            raise RuntimeError("the host has no output")
        url = json.loads(process.stdout.readline())["url"]
        yield RunningHost(process, url, (home / FILE).read_text(encoding="ascii"))
    finally:
        process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def eventually(holds: Callable[[], bool], *, within_s: float = START_S) -> None:
    """Wait until something holds.

    Raises
    ------
    TimeoutError
        If it does not in time.
    """
    until = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"not within {within_s:g} s")
        time.sleep(0.1)
