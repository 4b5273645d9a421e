"""A disk that is full: nothing is acknowledged and lost, reads go on, and all is well again when there is room, without a restart."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.faults import remains
from benchmarks.faults.host import FaultyHost, code_of
from benchmarks.faults.library import name_of
from benchmarks.faults.places import Disk, copied, disks
from benchmarks.faults.sounds import sound
from benchmarks.faults.verdict import Verdict

# Longer than a message that fails is tried again before it is given up: 1 + 2 + 4 + 8 seconds.
FULL_S: Final = 20.0
_USER: Final = "hoarder"


def fill_disks(first: Path, work: Path, environment: Mapping[str, str], *, full_s: float = FULL_S) -> list[Verdict]:
    """Fill disks in every way that this machine allows."""
    verdicts = []
    for lend in disks():
        with lend(work) as disk:
            verdicts.append(_filled(disk, copied(first, disk.folder), work, environment, full_s=full_s))
    return verdicts


def _filled(disk: Disk, home: Path, work: Path, environment: Mapping[str, str], *, full_s: float) -> Verdict:
    verdict = Verdict(f"full disk ({disk.kind})", times=1)
    host = FaultyHost(home, environment=environment).start()
    try:
        _fill_and_free(host, disk, sound(work / "late.wav", 900), verdict, full_s=full_s)
        verdict.complaints += host.wrong
        verdict.same("exit status after SIGTERM", host.end(), 0)
    finally:
        host.process.kill()
        host.process.wait()
    with remains.opened(home, environment) as app:
        remains.expect_whole_tracks(app, verdict, known_absent=set())
        remains.expect_whole_versions(app, verdict)
    return verdict


def _fill_and_free(host: FaultyHost, disk: Disk, file: Path, verdict: Verdict, *, full_s: float) -> None:
    track_id = host.get(f"/users/{name_of(0)}/recommendations")["items"][0]["track"]["track_id"]
    begun = host.post("/uploads", {"filename": file.name, "metadata": {"title": "Late", "artists": ["Late"]}})
    acknowledged = _post_on(host, track_id, range(20))
    verdict.same("batches taken before", len(acknowledged), 20)
    disk.fill(host)
    acknowledged |= _post_on(host, track_id, range(20, 40))
    _expect_refused(host, begun, file, verdict)
    _expect_reads(host, track_id, verdict)
    time.sleep(full_s)
    disk.free(host)
    verdict.expect(host.process.poll() is None, "the host ended")
    again = _post_on(host, track_id, set(range(40)) - acknowledged)
    verdict.same("batches taken at last", len(acknowledged | again), 40)
    put = host.call("PUT", begun["url"], content=file.read_bytes(), headers=begun["headers"])
    verdict.same("status of the upload at last", put.status_code if put is not None else None, 200)
    verdict.expect(host.settle(), "the queues did not run empty")
    counts = host.counts()
    verdict.same("dead letters", {name: dead for name, dead in counts["queues"].items() if name.endswith("dead") and dead}, {})
    found = remains.rows(host.home / "state.db", "SELECT COUNT(*) FROM interactions WHERE interaction_id LIKE '%.full-%'")
    verdict.same("acts in the log", found, [(40,)])
    verdict.same("acts in the taste", host.get(f"/users/{_USER}/taste")["plays"], 40)
    verdict.same("status of the track", host.get(f"/tracks/{begun['track_id']}")["status"], "ready")
    verdict.checked.append(
        f"{40 - len(acknowledged)} of 40 posts, the upload and two writes refused as 503 with a code, pages and searches answered for"
        f" {full_s:g} s, then all of it taken by the same process, once each"
    )


def _post_on(host: FaultyHost, track_id: str, numbers: "range | set[int]") -> set[int]:
    """Post acts one by one and return which were taken."""
    taken = set()
    for number in numbers:
        act = {"interaction_id": f"full-{number}", "user_id": _USER, "track_id": track_id, "kind": "play"}
        answer = host.call("POST", "/interactions", json={"interactions": [act]})
        if answer is not None and answer.status_code == 202 and answer.json()["accepted"] == 1:
            taken.add(number)
    return taken


def _expect_refused(host: FaultyHost, begun: Mapping[str, str], file: Path, verdict: Verdict) -> None:
    asked = {
        "an upload": host.call("PUT", begun["url"], content=file.read_bytes(), headers=dict(begun["headers"])),  # type: ignore[call-overload]  # JSON
        "a description": host.call("PUT", "/tracks/late", json={"title": "Late", "artists": ["Late"]}),
        "a roll-back": host.call("POST", "/models/rollback"),
    }
    for what, answer in asked.items():
        told = None if answer is None else (answer.status_code, code_of(answer))
        verdict.expect(told in {(503, "disk_full"), (503, "disk_failed")}, f"{what} on a full disk was answered {told}")


def _expect_reads(host: FaultyHost, track_id: str, verdict: Verdict) -> None:
    for path, query in (
        (f"/users/{name_of(0)}/recommendations", {"limit": "5"}),
        (f"/tracks/{track_id}/similar", {"limit": "5"}),
        ("/search", {"q": "sound"}),
        (f"/tracks/{track_id}", {}),
        ("/health", {}),
    ):
        answer = host.call("GET", path, params=query)
        verdict.expect(answer is not None and answer.status_code == 200, f"{path} on a full disk was not answered")
