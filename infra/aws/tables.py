"""The four DynamoDB tables: their keys, their indexes, and what lies under which key.

Every table has the partition key ``pk`` (S) and the sort key ``sk`` (S), on-demand billing and point-in-time recovery. ``expires`` (N,
seconds since 1970) is the time-to-live attribute of ``log`` and ``users``. template.yaml declares them; a test compares the two.

tracks    no index
    T#SHARD         track id      a track (body, revision, status, duplicate_of), or a link (target)
    R#SHARD         track id      its raw audio values (recipe, raw)
    F#file hash     F             the track that the file became (target)
    C#content hash  C             the track that owns the audio (target)
    O#track id      KIND#name     what names the track: links, files, contents; and the duplicates of it
    N#SHARD         N             how many tracks of this shard have which status, and how many are duplicates
log       by_day: day (S), moment (S), projection ALL; by_rank: rank (S), acts (N), projection ALL;
          by_ban, a local index (so that it is read consistently): pk (S), ban (S), projection ALL
    U#user          MOMENT#id     an interaction, the newest first; in by_day under its day and shard, bans in by_ban
    I#id            I             claims an interaction id
    D#DAY#SHARD     track id      counted acts on a track on a day, and a sample of who acted; in by_rank under the same key
    S#SHARD         user          a user that has interactions, and how many
    N#SHARD         N             how many interactions there are
    days            DAY           a day with interactions
users     by_day: day (S), moment (S), projection ALL; by_page: page (S), projection KEYS_ONLY
    U#user          taste         the taste (body, revision)
    S#SHARD         user          a user that has a taste
    U#user          preferences   what the user asked for
    U#user          P#MOMENT#id   a page that was shown; in by_day under its day and shard, in by_page under its id
    days            DAY           a day with pages
versions  no index
    serving         serving       what is served (body, revision)
    receipt#id      receipt       the receipt of an erasure
    A#name#SHARD    key           a tally: one number a day
    tallies         name          a name that has tallies
    audit           NUMBER        an entry of the audit log
    keys            key id        an API key, without its secret
    E#SHARD         subject       the erasures of a user, who is known by a hash alone once they are done
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class SecondaryIndex:
    """A secondary index: its name, its keys with their types, and what it copies; a local one is read consistently."""

    name: str
    keys: tuple[tuple[str, str], ...]
    projection: str = "ALL"
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table: its name after the prefix, its indexes, and whether its items may expire."""

    name: str
    indexes: tuple[SecondaryIndex, ...] = ()
    expires: bool = False


BY_DAY: Final = SecondaryIndex("by_day", (("day", "S"), ("moment", "S")))
BY_RANK: Final = SecondaryIndex("by_rank", (("rank", "S"), ("acts", "N")))
BY_BAN: Final = SecondaryIndex("by_ban", (("pk", "S"), ("ban", "S")), is_local=True)
BY_PAGE: Final = SecondaryIndex("by_page", (("page", "S"),), "KEYS_ONLY")

TRACKS: Final = TableSchema("tracks")
LOG: Final = TableSchema("log", (BY_DAY, BY_RANK, BY_BAN), expires=True)
USERS: Final = TableSchema("users", (BY_DAY, BY_PAGE), expires=True)
VERSIONS: Final = TableSchema("versions")
SCHEMAS: Final = (TRACKS, LOG, USERS, VERSIONS)


def definition(schema: TableSchema, prefix: str) -> dict[str, object]:
    """Return a table as DynamoDB's CreateTable takes it; time-to-live is set by itself."""
    keys = (("pk", "S"), ("sk", "S"))
    kinds = dict([*keys, *(key for index in schema.indexes for key in index.keys)])
    parts = {is_local: [_index(index) for index in schema.indexes if index.is_local is is_local] for is_local in (True, False)}
    return {
        "TableName": f"{prefix}-{schema.name}",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(keys),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()],
        **({"LocalSecondaryIndexes": parts[True]} if parts[True] else {}),
        **({"GlobalSecondaryIndexes": parts[False]} if parts[False] else {}),
    }


def _index(index: SecondaryIndex) -> dict[str, object]:
    return {"IndexName": index.name, "KeySchema": _key_schema(index.keys), "Projection": {"ProjectionType": index.projection}}


def _key_schema(keys: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    kinds = ("HASH", "RANGE")
    return [{"AttributeName": name, "KeyType": kind} for (name, _), kind in zip(keys, kinds, strict=False)]
