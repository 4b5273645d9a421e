"""Measure listening: interactions a second from the queue to durable tastes, and how soon a lone event shows.

``python -m benchmarks.listening`` makes a library of 10,000 synthetic tracks with audio, text and collaborative vectors on the embedded
stack, puts 20 acts each of 2,000 users into the queue's file, interleaved, 100 to a message, and drains it as the local host does: up
to 100 messages at a time go to the handler and are deleted. Then single interactions go one by one through the same queue and handler,
each until its taste is read back from the store. One process, one thread.

``--logs 100 10000 100000`` measures instead how soon an event shows of users who have so many acts in the log, one in a hundred a ban.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

from benchmarks.library import made
from infra.local.queue_event import sqs_event
from infra.wiring import App
from recommender.interactions import Interaction, Kind
from recommender.ports.queues import Queue

KINDS: Final = (Kind.PLAY,) * 14 + (Kind.SKIP,) * 4 + (Kind.LIKE, Kind.SAVE)
WARM: Final = 20

Drain = Callable[[], int]


def main() -> None:
    """Print throughput and latency."""
    options = _options()
    home = options.home / f"segue-listening-{options.tracks}"
    shutil.rmtree(home, ignore_errors=True)
    os.environ |= {"SEGUE_HOME": str(home), "POWERTOOLS_METRICS_DISABLED": "true"}
    made(home, options.tracks).close()

    from functions.record_interactions import handler  # noqa: PLC0415 - reads the environment that was just set
    from infra.wiring import app  # noqa: PLC0415 - as above

    if options.logs:
        _print_by_length(app(), _drain(app(), handler, options.batch), options)
    else:
        _print_throughput(app(), handler, options)
    app().close()
    shutil.rmtree(home, ignore_errors=True)


def _print_throughput(app: App, handler: Any, options: argparse.Namespace) -> None:
    users = [app.pseudonyms.of(f"listener-{number}") for number in range(options.users)]
    told = _told(users, options.acts, options.tracks)
    for start in range(0, len(told), options.message):
        app.outbox.listened(told[start : start + options.message])
    drain = _drain(app, handler, options.batch)
    began, cpu = time.perf_counter(), time.process_time()
    rates = []
    while True:
        before = time.process_time()
        messages = drain()
        if not messages:
            break
        rates.append(messages * options.message / (time.process_time() - before))
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    _check(app, users, told)
    print(
        f"{len(told):,} interactions of {len(users):,} users, {options.message} a message, batches of {options.batch} messages:"
        f" {len(told) / wall:,.0f} a second, {len(told) / used:,.0f} a CPU second,"
        f" {max(rates):,.0f} in the quickest of {len(rates)} batches"
    )
    print(f"one event, from accepting it to reading the taste back: {_latency(app, drain, users, options.events)}")


def _print_by_length(app: App, drain: Drain, options: argparse.Namespace) -> None:
    for length in options.logs:
        user = app.pseudonyms.of(f"listener of {length}")
        told = _told([user], length, options.tracks)
        app.stores.interactions.append([replace(act, kind=Kind.BAN) if at % 100 == 0 else act for at, act in enumerate(told)])
        app.tastes.renew(user, now=datetime.now(UTC))
        print(f"one event of a user with {length:,} acts: {_latency(app, drain, [user], options.events)}")


def _drain(app: App, handler: Any, batch: int) -> Drain:
    """Return what takes one batch off the queue and says how many messages it had."""
    queues: Any = app.stores.queues
    context = SimpleNamespace(aws_request_id="bench", function_name="bench", get_remaining_time_in_millis=lambda: 60_000)

    def once() -> int:
        messages = queues.receive(Queue.INTERACTIONS, max_messages=batch, visibility_s=60, now=datetime.now(UTC))
        if messages:
            failed = handler(sqs_event(Queue.INTERACTIONS, messages), context)["batchItemFailures"]
            if failed:
                raise SystemExit(f"{len(failed)} messages failed")
            queues.delete(Queue.INTERACTIONS, [message.receipt for message in messages])
        return len(messages)

    return once


def _check(app: App, users: list[str], told: list[Interaction]) -> None:
    plays = sum(taste.plays for taste in app.stores.tastes.get_many(users).values())
    if not app.stores.interactions.count() == plays == len(told):
        raise SystemExit(f"{len(told)} interactions were sent, {app.stores.interactions.count()} are kept, {plays} are in tastes")


def _latency(app: App, drain: Drain, users: list[str], events: int) -> str:
    """Return, in words, how long single events take until they show, and how much of it is this process's work."""
    taken, worked = [], []
    for number in range(events + WARM):
        user = users[number % len(users)]
        before = app.stores.tastes.get(user)
        act = _act(user, f"{user}-lone-{number}", number, datetime.now(UTC), Kind.PLAY)
        began, cpu = time.perf_counter(), time.process_time()
        app.outbox.listened([act])
        drain()
        after = app.stores.tastes.get(user)
        worked.append(1e3 * (time.process_time() - cpu))
        taken.append(1e3 * (time.perf_counter() - began))
        if before is None or after is None or after.revision <= before.revision or act.track_id not in after.heard:
            raise SystemExit(f"event {number} does not show")
    p50, p90, p99 = np.percentile(taken[WARM:], [50, 90, 99])
    return f"p50 {p50:.1f}  p90 {p90:.1f}  p99 {p99:.1f} ms, median of processor time {np.median(worked[WARM:]):.1f} ms"


def _told(users: list[str], acts: int, tracks: int) -> list[Interaction]:
    """Return what the users do, in the order of time, so that their acts come interleaved; each likes three groups of tracks."""
    rng = np.random.default_rng(11)
    now = datetime.now(UTC)
    told = []
    for user in users:
        groups = rng.choice(200, 3, replace=False)
        for number in range(acts):
            track = int(groups[number % 3] + 200 * rng.integers(tracks // 200))
            at = now - timedelta(minutes=float(rng.uniform(1, 60 * 24 * 30)))
            told.append(_act(user, f"{user}-{number}", track, at, KINDS[int(rng.integers(len(KINDS)))]))
    return sorted(told, key=lambda act: act.at)


def _act(user: str, name: str, track: int, at: datetime, kind: Kind) -> Interaction:
    heard = {Kind.PLAY: 190_000, Kind.SKIP: 8_000}.get(kind)
    return Interaction(interaction_id=name, user=user, track_id=f"bench-{track}", kind=kind, at=at, heard_ms=heard)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--acts", type=int, default=20, help="of each user")
    parser.add_argument("--message", type=int, default=100, help="interactions in a message")
    parser.add_argument("--batch", type=int, default=100, help="messages in a batch")
    parser.add_argument("--events", type=int, default=300, help="single events, for the latency")
    parser.add_argument("--logs", type=int, nargs="*", default=[], help="how many acts single users have in the log")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()))
    return parser.parse_args()


if __name__ == "__main__":
    main()
