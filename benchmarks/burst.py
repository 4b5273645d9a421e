"""A burst of interaction messages on the AWS stack: how fast it drains, and that nothing is lost and nothing counts twice.

``python -m benchmarks.burst [--messages 10000] [--repeated 0.1]``: every message holds one interaction; some are sent twice, as SQS may.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra import wiring
from infra.local import environment
from infra.local.aws_stack import aws_services, aws_stack
from infra.local.stack import LocalStack
from infra.outbox import QueueOutbox
from infra.wiring import App
from recommender.interactions import Interaction, Kind
from recommender.ports.queues import Queue
from recommender.tracks import Metadata, Track, TrackStatus

TRACKS = 200
USERS = 500


def acts(count: int, *, now: datetime, rng: random.Random) -> list[Interaction]:
    """Return so many plays of users by chance, each with an id of its own."""
    return [
        Interaction(
            interaction_id=f"i{number}",
            user=f"user{rng.randrange(USERS)}",
            track_id=f"track{rng.randrange(TRACKS)}",
            kind=Kind.PLAY,
            at=now - timedelta(minutes=rng.randrange(2 * 24 * 60)),
        )
        for number in range(count)
    ]


def message_of(act: Interaction) -> str:
    """Return the message that hands one interaction over."""
    kept = _Kept()
    QueueOutbox(kept).listened([act])
    return kept.bodies[0]


def wrong(app: App, told: Sequence[Interaction], *, now: datetime) -> list[str]:
    """Return what is not as it must be once all was recorded."""
    log = app.stores.interactions
    kept = Counter(act.interaction_id for act in log.until(now))
    plays = sum(trend.plays for trend in log.trending(now=now, half_life_days=1e9, window_days=7, limit=10 * TRACKS))
    expected = {act.interaction_id for act in told}
    found = {
        "lost": len(expected - kept.keys()),
        "kept twice": sum(times > 1 for times in kept.values()),
        "counted wrongly": abs(log.count() - len(expected)),
        "popular wrongly": round(abs(plays - len(expected))),
        "dead": app.stores.depths()["interactions_dead"],
        "users without a taste": len({act.user for act in told} - set(app.stores.tastes.users())),
    }
    return [f"{name}: {number}" for name, number in found.items() if number]


class _Kept:
    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send(self, _queue: Queue, bodies: Sequence[str]) -> None:
        self.bodies += bodies


def _left(stack: LocalStack) -> int:
    depth = stack.queues.depth(Queue.INTERACTIONS, now=datetime.now(UTC))
    return depth.waiting + depth.in_flight


def main() -> None:
    """Send, drain, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--repeated", type=float, default=0.1)
    asked = parser.parse_args()
    rng, now = random.Random(7), datetime.now(UTC)  # noqa: S311  # a benchmark repeats itself
    told = acts(asked.messages, now=now, rng=rng)
    with tempfile.TemporaryDirectory() as home, aws_services(Path(home), within=True):
        environment.prepare(Path(home))
        wiring.reset()
        app, stack = wiring.app(), aws_stack()
        titles = [
            Track(track_id=f"track{n}", metadata=Metadata(title=f"{n}"), added_at=now, status=TrackStatus.READY) for n in range(TRACKS)
        ]
        app.stores.catalog.put_many(titles)
        sent = [*told, *rng.sample(told, int(len(told) * asked.repeated))]
        began = time.perf_counter()
        app.stores.queues.send(Queue.INTERACTIONS, [message_of(act) for act in sent])
        sending = time.perf_counter() - began
        stack.start()
        while _left(stack):
            time.sleep(2.0)
        draining = time.perf_counter() - began - sending
        stack.stop()
        faults = wrong(app, told, now=datetime.now(UTC))
        wiring.reset()
    print(f"{len(sent)} messages, {len(sent) - len(told)} of them sent twice: sent in {sending:.0f} s, drained in {draining:.0f} s")
    print(f"{len(sent) / draining:.0f} messages a second on one poller")
    print("; ".join(faults) if faults else "none lost, none counted twice")
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
