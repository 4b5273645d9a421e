"""Measure rights: how long it takes to export and to erase a user with a long history on the embedded stack, and whether a trace is left.

``python -m benchmarks.erasure`` makes a library of 10,000 synthetic tracks, logs 100,000 interactions of one user among 100,000 of 2,000
others, in no order of users, with a taste, preferences and 500 pages, leaves 2,000 more interactions in the queue, and then calls the API
as a client does: every page of the export, ``DELETE /users/{id}``, the queue drained into its function. At the end every byte of every file
is searched for the user's pseudonym and for what the client called the interactions.
"""

import argparse
import json
import os
import random
import shutil
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.library import made
from infra.local.embedded import embedded_stack
from infra.local.gateway import Gateway
from infra.local.gateway_event import HttpRequest
from infra.local.queue_event import sqs_event
from infra.local.stack import LocalStack
from infra.wiring import App
from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression
from recommender.ports.queues import Queue
from recommender.tastes.preferences import Preferences

USER: Final = "long-history"
PATH: Final = f"/users/{USER}"
CHOSEN: Final = "chosen-by-the-client-"
PAGES: Final = 500
PART: Final = 5_000


def main() -> None:
    """Print times, sizes and traces."""
    options = _options()
    home = options.home / "segue-erasure"
    shutil.rmtree(home, ignore_errors=True)
    os.environ |= {"SEGUE_HOME": str(home), "POWERTOOLS_METRICS_DISABLED": "true", "API_KEYS": "open"}
    made(home, options.tracks).close()

    from infra.wiring import app  # noqa: PLC0415 - reads the environment that was just set

    stack = embedded_stack()
    _filled(app(), options)
    print(f"{options.acts:,} interactions of the user, {options.others:,} of others; {_megabytes(home):,.0f} MB in the home")
    print(f"traces before: {_traces(app(), home)}")
    pages, size, taken, longest = _exported(stack)
    print(f"export: {taken:.2f} s for {size / 1e6:.1f} MB in {pages} pages, the longest {longest:.2f} s")
    wall, cpu, receipt = _erased(stack)
    print(f"erasure: {wall:.2f} s from the call to the receipt, {cpu:.2f} s of them processor time; removed {receipt['removed']}")
    print(f"traces after: {_traces(app(), home)}; {_megabytes(home):,.0f} MB in the home")
    app().close()
    shutil.rmtree(home, ignore_errors=True)


def _filled(app: App, options: argparse.Namespace) -> None:
    """Write what is held of everybody."""
    rng, now = random.Random(1), datetime.now(UTC)  # noqa: S311  # no secret hangs on it
    user = app.pseudonyms.of(USER)
    others = [app.pseudonyms.of(f"listener-{number}") for number in range(2_000)]
    whose = [user] * options.acts + [rng.choice(others) for _ in range(options.others)]
    rng.shuffle(whose)
    tracks = [track.track_id for track in app.stores.catalog.scroll(after=None, limit=options.tracks)]
    acts = [_act(number, one, rng.choice(tracks), now - timedelta(seconds=rng.randrange(86_400 * 700))) for number, one in enumerate(whose)]
    for start in range(0, len(acts), PART):
        app.stores.interactions.append(acts[start : start + PART])
    app.stores.preferences.put(Preferences(user=user, pick_genres=("jazz",)))
    app.tastes.renew(user, now=now)
    for number in range(PAGES):
        app.stores.impressions.append(_page(number, user, rng.sample(tracks, 20), now - timedelta(hours=number)))
    queued = [replace(_act(number, user, rng.choice(tracks), now), interaction_id=f"{CHOSEN}late-{number}") for number in range(2_000)]
    app.outbox.listened(queued)


def _act(number: int, user: str, track_id: str, at: datetime) -> Interaction:
    return Interaction(interaction_id=f"{user[:12]}.{CHOSEN}{number}", user=user, track_id=track_id, kind=Kind.PLAY, at=at, share=1.0)


def _page(number: int, user: str, tracks: list[str], at: datetime) -> Impression:
    shown = tuple(tracks)
    return Impression(
        recommendation_id=f"{CHOSEN}page-{number}",
        user=user,
        at=at,
        track_ids=shown,
        sources=("collab",) * len(shown),
        cold=False,
        collab_version="v1",
    )


def _exported(stack: LocalStack) -> tuple[int, int, float, float]:
    """Return how many pages the export had, its bytes, its seconds, and those of its slowest page."""
    cursor: str | None = ""
    times, size = list[float](), 0
    while cursor is not None:
        started = time.perf_counter()
        answer = _called(stack, "GET", f"{PATH}/export", f"cursor={cursor}" if cursor else "")
        times.append(time.perf_counter() - started)
        size += len(answer)
        cursor = json.loads(answer)["next"]
    return len(times), size, sum(times), max(times)


def _erased(stack: LocalStack) -> tuple[float, float, dict[str, Any]]:
    """Return how long it took from the call to the receipt, with the processor's share, and the receipt."""
    function = stack.plan.function("EraseUserFunction")
    if function is None:
        raise SystemExit("the plan has no EraseUserFunction")
    wall, cpu = time.perf_counter(), time.process_time()
    receipt_id = json.loads(_called(stack, "DELETE", PATH))["receipt_id"]
    while batch := stack.queues.receive(Queue.ERASURES, max_messages=1, visibility_s=60, now=datetime.now(UTC)):
        stack.invoker.invoke(function, sqs_event(Queue.ERASURES, batch))
        stack.queues.delete(Queue.ERASURES, [message.receipt for message in batch])
    receipt: dict[str, Any] = json.loads(_called(stack, "GET", f"/receipts/{receipt_id}"))
    return time.perf_counter() - wall, time.process_time() - cpu, receipt


def _called(stack: LocalStack, method: str, path: str, query: str = "") -> bytes:
    answer = Gateway(stack.plan, stack.invoker).respond(HttpRequest(method=method, raw_path=path, query=query, headers=[], body=b""))
    if answer.status >= 300:
        raise SystemExit(f"{method} {path} answered {answer.status}: {answer.body[:300]!r}")
    return answer.body


def _traces(app: App, home: Path) -> dict[str, int]:
    """Return how often the user's pseudonym, and what the client called their acts, are found in all files."""
    user = app.pseudonyms.of(USER)
    contents = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    marks = {"pseudonym": user, "acts": f"{user[:12]}.{CHOSEN}", "pages": f"{CHOSEN}page", "late": f"{CHOSEN}late"}
    return {name: sum(content.count(mark.encode()) for content in contents) for name, mark in marks.items()}


def _megabytes(home: Path) -> float:
    return sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--acts", type=int, default=100_000, help="interactions of the user")
    parser.add_argument("--others", type=int, default=100_000, help="interactions of others")
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()), help="where the home is made")
    return parser.parse_args()


if __name__ == "__main__":
    main()
