"""A clock that is turned back under a running host, and under the next one: what was due stays due, what was known stays known."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.faults import remains
from benchmarks.faults.host import FaultyHost, segue
from benchmarks.faults.library import copy_of, name_of, send
from benchmarks.faults.sounds import sound
from benchmarks.faults.training import expect_pages
from benchmarks.faults.verdict import Verdict
from infra.settings import Settings
from infra.wiring import App
from recommender.interactions import Interaction, Kind

# Three days: over the ends of tokens, of a day of trends, of caches, and of every schedule's rate.
BACK_S: Final = 3 * 86_400
_SHOWN_S: Final = 15.0
_USER: Final = "traveller"
# Loaded by Python before anything else of the host: the clock reads what a file says, seconds to add.
_SITE: Final = """
import ctypes, datetime, gc, time

_TURNED = {turned!r}
_now, _time, _time_ns = datetime.datetime.now, time.time, time.time_ns


def _by():
    with open(_TURNED, encoding="ascii") as file:
        return float(file.read() or 0)


def _shifted(cls, tz=None):
    return _now(tz) + datetime.timedelta(seconds=_by())


gc.get_referents(datetime.datetime.__dict__)[0]["now"] = classmethod(_shifted)
ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
time.time = lambda: _time() + _by()
time.time_ns = lambda: _time_ns() + int(_by() * 1e9)
"""


def turn_clock(first: Path, work: Path, environment: Mapping[str, str]) -> list[Verdict]:
    """Turn a host's clock back while it runs and before it starts again."""
    turned, site = work / "turned", work / "site"
    site.mkdir()
    turned.write_text("0", encoding="ascii")
    (site / "sitecustomize.py").write_text(_SITE.format(turned=str(turned)), encoding="utf-8")
    home = copy_of(first, "clock")
    told = {**environment, "PYTHONPATH": str(site)}
    verdict = Verdict("clock turned back by three days", times=2)
    host = FaultyHost(home, environment=told).start()
    tracks = [str(name) for (name,) in remains.rows(home / "state.db", "SELECT track_id FROM tracks ORDER BY track_id LIMIT 30")]
    token = host.post("/tokens", {"user_id": _USER})["token"]
    _listen(host, tracks[:10], "before", verdict)
    verdict.expect(host.settle(), "the queues did not run empty")
    turned.write_text(str(-BACK_S), encoding="ascii")
    _send_from_before(home, environment, tracks[10:20])
    _expect_all_well(host, token, tracks, 20, verdict)
    _listen(host, tracks[20:25], "after", verdict)
    host.kill()
    host.start()
    _expect_all_well(host, token, tracks, 25, verdict)
    _expect_new_things(host, work, verdict)
    verdict.complaints += host.wrong
    verdict.same("exit status after SIGTERM", host.end(), 0)
    verdict.same("the doctor's exit status", segue(home, "doctor", environment=told).returncode, 0)
    verdict.same("exit status of the audit", segue(home, "audit", "verify", environment=told).returncode, 0)
    verdict.checked.append(
        "messages sent before are taken at once; keys, tokens, pages, tastes, trends, upkeep, uploads and training go on;"
        " doctor and audit log well"
    )
    return [verdict]


def _send_from_before(home: Path, environment: Mapping[str, str], tracks: list[str]) -> None:
    """Put acts on the queue as the host did while its clock was right: three days ahead of what it says now."""
    now = datetime.now(UTC)
    app = App(Settings.from_env({**environment, "SEGUE_HOME": str(home)}))
    try:
        user = app.pseudonyms.of(_USER)
        app.outbox.listened(
            [
                Interaction(interaction_id=f"{user[:12]}.between-{at}", user=user, track_id=name, kind=Kind.PLAY, at=now)
                for at, name in enumerate(tracks)
            ]
        )
    finally:
        app.close()


def _listen(host: FaultyHost, tracks: list[str], name: str, verdict: Verdict) -> None:
    acts = [{"interaction_id": f"{name}-{at}", "user_id": _USER, "track_id": track, "kind": "play"} for at, track in enumerate(tracks)]
    verdict.same("acts accepted", host.post("/interactions", {"interactions": acts})["accepted"], len(acts))


def _expect_all_well(host: FaultyHost, token: str, tracks: list[str], acts: int, verdict: Verdict) -> None:
    began = time.monotonic()
    verdict.expect(host.settle(60.0), "messages of the old time wait for their time to come again")
    verdict.expect(time.monotonic() - began < _SHOWN_S, "messages of the old time took their time")
    profile = host.get(f"/users/{_USER}/taste")
    verdict.same("acts in the taste", profile["plays"], acts)
    verdict.expect(all(0.0 <= mode["weight"] <= 1.0 for mode in profile["modes"]), "weights of modes are no shares")
    expect_pages(host, verdict)
    newcomer = host.get("/users/somebody-new/recommendations", limit=5)
    verdict.expect(bool(newcomer["items"]), "a newcomer's page is empty: no trends")
    answer = host.call("GET", f"/users/{_USER}/taste", headers={"authorization": f"Bearer {token}"})
    verdict.expect(answer is not None and answer.status_code == 200, "a token of the old time does not open any more")
    verdict.expect(bool(host.post("/tokens", {"user_id": name_of(0)})["token"]), "no new token")
    similar = host.get(f"/tracks/{tracks[0]}/similar", limit=3)
    verdict.expect(bool(similar["items"]), "nothing is similar")


def _expect_new_things(host: FaultyHost, work: Path, verdict: Verdict) -> None:
    upkeep = host.invoke("RefreshTastesFunction")
    verdict.expect(upkeep is not None and upkeep.status_code == 200, "upkeep failed")
    verdict.same("acts in the taste after upkeep", host.get(f"/users/{_USER}/taste")["plays"], 25)
    trained = host.invoke("TrainCollaborativeFunction")
    verdict.expect(trained is not None and trained.status_code == 200, "training failed")
    track_id = send(host, sound(work / "sound-902.wav", 902), title="Sound 902")
    verdict.expect(host.settle(), "the queues did not run empty")
    verdict.same("status of a new track", host.get(f"/tracks/{track_id}")["status"], "ready")
