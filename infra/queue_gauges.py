"""How full the queues are, as gauges, where the queues can be counted from here."""

from datetime import UTC, datetime

from infra.metrics import Metrics
from infra.stores import Stores
from recommender.ports.queues import Queue


def gauge_queues(metrics: Metrics, stores: Stores) -> None:
    """Note what waits, is in work and is dead, and how long the oldest waits; SQS tells CloudWatch so by itself."""
    queues = stores.queues
    if not hasattr(queues, "depth"):
        return
    now = datetime.now(UTC)
    for queue in Queue:
        depth = queues.depth(queue, now=now)
        for state in ("waiting", "in_flight", "dead"):
            metrics.gauge("queue_messages", getattr(depth, state), queue=queue.value, state=state)
        # SQS tells nobody but CloudWatch how old its oldest message is
        metrics.gauge("queue_oldest_seconds", getattr(depth, "oldest_s", None) or 0.0, queue=queue.value)
