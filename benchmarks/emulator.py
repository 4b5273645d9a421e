"""Run a zip function's bundle under Lambda's Runtime Interface Emulator, with nothing else importable than what it would find on Lambda."""

import json
import os
import platform
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

# The runtime's own client, and the engine that stands for the Qdrant server here: beside the bundle, not in it.
_BESIDE: Final = ("awslambdaric", "runtime_client", "snapshot_restore_py", "simplejson", "qdrant_edge")
_INIT: Final = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
_PATIENCE_S: Final = 60.0


@dataclass(frozen=True)
class Emulated:
    """A function that answers under the emulator."""

    url: str
    log: Path

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """Return the function's answer."""
        request = urllib.request.Request(f"{self.url}/2015-03-31/functions/function/invocations", json.dumps(event).encode())  # noqa: S310 - an address of this machine
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - as above
            return json.load(answer)

    def init_ms(self) -> float:
        """Return how long the function's init took, as the emulator reports it; known after the first call."""
        found = _INIT.search(self.log.read_text(encoding="utf-8"))
        if found is None:
            raise SystemExit(f"the emulator reported no init; {self.log} says why")
        return float(found[1])


def environment(bundle: Path, home: Path) -> dict[str, str]:
    """Return what a process sees that runs the bundle over an embedded stack: no site-packages, one thread."""
    beside = home.parent / "beside"
    if not beside.exists():
        beside.mkdir(parents=True)
        for name in _BESIDE:
            for found in next(Path(path) for path in sys.path if path.endswith("site-packages")).glob(f"{name}*"):
                if "dist-info" not in found.name:
                    (beside / found.name).symlink_to(found)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    stack = {"SEGUE_HOME": str(home), "USER_KEY": "emulated", "HEARING_WORKERS": "0"}
    return {**kept, **threads, **stack, "PYTHONPATH": f"{bundle}:{beside}"}


@contextmanager
def emulated(handler: str, *, binary: Path, bundle: Path, home: Path) -> Iterator[Emulated]:
    """Lend one function under the emulator; it is stopped afterwards."""
    port, runtime_port = _free_port(), _free_port()
    log = home.parent / f"{handler}.log"
    command = [
        str(binary),
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{runtime_port}",
    ]
    command += [sys.executable, "-S", "-m", "awslambdaric", handler]
    with log.open("w", encoding="utf-8") as told:
        process = subprocess.Popen(command, env=environment(bundle, home), cwd=bundle, stdout=told, stderr=subprocess.STDOUT)
        try:
            _wait_for(port)
            yield Emulated(f"http://127.0.0.1:{port}", log)
        finally:
            process.terminate()
            process.wait(10)


def binary_of(venv: Path) -> Path:
    """Return the emulator that the aws-sam-cli of an environment brings."""
    machine = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    found = sorted(venv.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}"))
    if not found:
        raise SystemExit(f"{venv} holds no aws-sam-cli with an emulator for {machine}")
    return found[0].absolute()


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"the emulator does not listen on port {port}")
