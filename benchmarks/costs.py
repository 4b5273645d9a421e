"""Estimate what the AWS stack costs a month: prices and workloads are assumptions, the arithmetic is here.

python -m benchmarks.costs
"""

import math
from dataclasses import dataclass

# Assumed list prices, US dollars, us-east-1, on-demand, as of 2026-11-23; nobody looked them up for this run.
API_PER_MILLION = 1.00
LAMBDA_PER_MILLION = 0.20
LAMBDA_GB_SECOND = 0.0000133334
SQS_PER_MILLION = 0.40
DYNAMO_READ_PER_MILLION = 0.125
DYNAMO_WRITE_PER_MILLION = 0.625
DYNAMO_GB = 0.25
S3_PUT_PER_MILLION = 5.00
LOGS_GB = 0.50
METRIC = 0.30
ALARM = 0.10
# r7g.xlarge and t4g.small.
NODE_MONTH, NODE_GB, NODE_VCPU = 156.0, 32.0, 4
SMALL_MONTH, SMALL_GB, SMALL_VCPU = 12.3, 2.0, 2
DISK_GB = 0.08

# A track in Qdrant: 928 int8 values in memory over five slots, their HNSW links and the payload's indexes; on disk the floats beside it.
VALUES = 144 * 2 + 384 + 128 * 2
MEMORY_BYTES = VALUES + 5 * 150 + 500
DISK_BYTES = VALUES * 4 + MEMORY_BYTES + 1000
REPLICAS = 2

# What a daily user does, and what that sets off.
PAGES_A_DAY = 10
INTERACTIONS_A_DAY = 40
INTERACTIONS_A_POST = 10
PEAK = 3.0
QUERIES_A_PAGE = 6
CPU_S_A_QUERY = 0.005
PAGE_SECONDS, POST_SECONDS, RECORD_SECONDS = 0.06, 0.02, 0.05
PAGE_READS = 8 + 0.5 + 10  # a taste of 64 KB, preferences, 20 tracks; eventually consistent
PAGE_WRITES = 12  # a page of 4 KB in its table and two indexes
INTERACTION_WRITES = 6  # the entry with its indexes, its claim, the counts
POST_READS, POST_WRITES = 8, 16  # one taste, read and written
TRACK_WRITES = 20  # the track, its raw values (6 KB), its names, the counts
HEARING_GB_SECONDS = 3.0 * 1.0
DAYS = 30


@dataclass(frozen=True)
class Month:
    """One month's cost by part, and the one-time cost of the catalogue."""

    index: float
    api: float
    functions: float
    queues: float
    state: float
    watching: float
    catalogue_once: float
    nodes: int

    @property
    def total(self) -> float:
        """Everything but the catalogue."""
        return self.index + self.api + self.functions + self.queues + self.state + self.watching


def month(tracks: float, users: float) -> Month:
    """Return the estimate for a catalogue and so many daily users."""
    pages = users * PAGES_A_DAY * DAYS
    acts = users * INTERACTIONS_A_DAY * DAYS
    posts = acts / INTERACTIONS_A_POST
    nodes, index = _index(tracks, users)
    compute_s = pages * PAGE_SECONDS + posts * (POST_SECONDS + RECORD_SECONDS)
    calls = pages + posts
    writes = pages * PAGE_WRITES + acts * INTERACTION_WRITES + posts * POST_WRITES
    reads = pages * PAGE_READS + posts * POST_READS
    stored_gb = (tracks * 12e3 + acts * 24 * 600 + users * 70e3) / 1e9  # two years of interactions
    logs_gb = calls * 300 / 1e9
    return Month(
        index=index,
        api=calls / 1e6 * API_PER_MILLION,
        functions=(calls + posts) / 1e6 * LAMBDA_PER_MILLION + compute_s * LAMBDA_GB_SECOND,
        queues=posts * 1.2 / 1e6 * SQS_PER_MILLION,
        state=reads / 1e6 * DYNAMO_READ_PER_MILLION + writes / 1e6 * DYNAMO_WRITE_PER_MILLION + stored_gb * DYNAMO_GB,
        watching=logs_gb * LOGS_GB + 150 * METRIC + 28 * ALARM,
        catalogue_once=tracks
        * (HEARING_GB_SECONDS * LAMBDA_GB_SECOND + S3_PUT_PER_MILLION / 1e6 + TRACK_WRITES * DYNAMO_WRITE_PER_MILLION / 1e6),
        nodes=nodes,
    )


def _index(tracks: float, users: float) -> tuple[int, float]:
    memory_gb = tracks * MEMORY_BYTES / 1e9 * 1.3  # room for merging segments
    disk_gb = tracks * DISK_BYTES / 1e9 * 1.5
    peak_queries = users * PAGES_A_DAY / 86_400 * PEAK * QUERIES_A_PAGE
    vcpu = peak_queries * CPU_S_A_QUERY / 0.6
    if memory_gb <= SMALL_GB / 2 and vcpu <= SMALL_VCPU:
        return 1, SMALL_MONTH + disk_gb * DISK_GB
    nodes = REPLICAS * max(1, math.ceil(memory_gb / NODE_GB))
    nodes = max(nodes, math.ceil(vcpu / NODE_VCPU))
    return nodes, nodes * NODE_MONTH + REPLICAS * disk_gb * DISK_GB


def main() -> None:
    """Print a row for each catalogue and each number of daily users."""
    print("| tracks | daily users | Qdrant nodes | Qdrant | API | Lambda | SQS | DynamoDB | logs, metrics | a month | catalogue, once |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for tracks in (1e4, 1e6, 1e8):
        for users in (1e3, 1e5, 1e7):
            cost = month(tracks, users)
            parts = (cost.index, cost.api, cost.functions, cost.queues, cost.state, cost.watching, cost.total, cost.catalogue_once)
            print(f"| {tracks:,.0f} | {users:,.0f} | {cost.nodes} | {' | '.join(f'${part:,.0f}' for part in parts)} |")


if __name__ == "__main__":
    main()
