"""Folders that cannot be used: one that is read-only, and one that another host has."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.faults import library
from benchmarks.faults.host import FaultyHost, code_of, segue
from benchmarks.faults.places import read_only
from benchmarks.faults.sounds import sound
from benchmarks.faults.verdict import Verdict

_RIVALS: Final = 10


def refuse_folders(first: Path, work: Path, environment: Mapping[str, str]) -> list[Verdict]:
    """Serve folders that cannot be served."""
    return [
        _read_only_home(library.copy_of(first, "read-only"), environment),
        _read_only_objects(library.copy_of(first, "objects"), work, environment),
        _two_hosts(library.copy_of(first, "rivals"), environment),
    ]


def _read_only_home(home: Path, environment: Mapping[str, str]) -> Verdict:
    verdict = Verdict("read-only home", times=2)
    with read_only(home) as user:
        for arguments in (("serve", "--port", "0"), ("status",)):
            command = [sys.executable, "-m", "infra.local", *arguments, "--home", str(home)]
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, user=user, env={**os.environ, **environment}, timeout=60
            )
            verdict.same(f"exit status of {arguments[0]}", done.returncode, 1)
            verdict.expect(str(home) in done.stderr and "Traceback" not in done.stderr, f"{arguments[0]} said: {done.stderr[-300:]}")
    verdict.same("doctor once it can be written to again", segue(home, "doctor", environment=environment).returncode, 0)
    verdict.checked.append("serve and status end with 1 and name the folder; the doctor finds it well after")
    return verdict


def _read_only_objects(home: Path, work: Path, environment: Mapping[str, str]) -> Verdict:
    verdict = Verdict("object folder that becomes read-only", times=1)
    host = FaultyHost(home, environment=environment).start()
    file = sound(work / "barred.wav", 901)
    begun = host.post("/uploads", {"filename": file.name, "metadata": {"title": "Barred", "artists": ["Barred"]}})
    with read_only(home / "objects") as user:
        put = host.call("PUT", begun["url"], content=file.read_bytes(), headers=begun["headers"])
        told = None if put is None else (put.status_code, code_of(put))
        if user is None:
            verdict.expect(told in {(503, "read_only"), (503, "unavailable")}, f"the upload was answered {told}")
        page = host.get(f"/users/{library.name_of(0)}/recommendations")
        verdict.expect(bool(page["items"]) and not page["degraded"], "no page while objects cannot be written")
    put = host.call("PUT", begun["url"], content=file.read_bytes(), headers=begun["headers"])
    verdict.same("status of the upload at last", put.status_code if put is not None else None, 200)
    verdict.expect(host.settle(), "the queues did not run empty")
    verdict.same("status of the track", host.get(f"/tracks/{begun['track_id']}")["status"], "ready")
    verdict.complaints += host.wrong
    host.end()
    verdict.checked.append("the upload refused as 503 with a code, pages answered; taken later by the same process")
    return verdict


def _two_hosts(home: Path, environment: Mapping[str, str]) -> Verdict:
    verdict = Verdict("two hosts on one folder", times=_RIVALS + 1)
    host = FaultyHost(home, environment=environment).start()
    second = segue(home, "serve", "--port", "0", environment=environment)
    _expect_refused(second.returncode, second.stderr, home, host.process.pid, verdict)
    verdict.expect(host.get("/health")["status"] == "ok", "the first host suffered")
    host.end()
    for _ in range(_RIVALS // 2):
        rivals = [FaultyHost(home, environment=environment) for _ in range(2)]
        for rival in rivals:
            rival.launch()
        _expect_one_winner(rivals, verdict)
    verdict.checked.append(
        f"the second ends with 1, naming the folder and the first's process id, also in {_RIVALS // 2} starts at one moment"
    )
    return verdict


def _expect_one_winner(rivals: list[FaultyHost], verdict: Verdict) -> None:
    lines = [rival.process.stdout.readline() if rival.process.stdout else "" for rival in rivals]
    winners = [rival for rival, line in zip(rivals, lines, strict=True) if line]
    if verdict.same("hosts that serve", len(winners), 1):
        (loser,) = (rival for rival in rivals if rival is not winners[0])
        words = loser.last_words()
        _expect_refused(loser.process.returncode, words, loser.home, winners[0].process.pid, verdict)
    for rival in rivals:
        rival.process.kill()
        rival.process.wait()


def _expect_refused(status: int | None, words: str, home: Path, owner: int, verdict: Verdict) -> None:
    verdict.same("exit status of the second", status, 1)
    verdict.expect(str(home) in words and f"process {owner}" in words, f"the second said, of {home} and {owner}: {words[-300:]}")
