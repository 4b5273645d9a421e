"""Interactions as items, and the keys of everything that the log's table holds."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from infra.aws.shards import COUNT_SHARDS, DAY_SHARDS, RANK_SHARDS, USER_SHARDS, shard_of
from infra.aws.table import Key
from infra.codec.interactions import decode_interaction, encode_interaction
from infra.codec.moments import to_microseconds
from recommender.feedback import RETENTION
from recommender.interactions import Interaction, Kind
from recommender.trends import day_of

DAYS: Final = "days"
# DynamoDB lets go by itself of what the daily upkeep should have removed a month ago.
_LEFTOVER: Final = timedelta(days=30)
_COUNTERS_KEPT_DAYS: Final = 400
_DAY_SECONDS: Final = 86_400
_TURN: Final = 10**17
BANS: Final = frozenset({Kind.BAN, Kind.UNBAN})


def moment_key(at: datetime, name: str = "") -> str:
    """Return a sort key by which older comes first, ties by name."""
    return f"{to_microseconds(at):017d}#{name}"


def newest_first(at: datetime, name: str = "") -> str:
    """Return a sort key by which newer comes first, ties by name."""
    return f"{_TURN - to_microseconds(at):017d}#{name}"


def day_key(day: int) -> str:
    """Return a day's place in the list of days."""
    return f"{day:06d}"


def act_key(act: Interaction) -> Key:
    """Return where an interaction lies: with its user, so that they are read together and see every write."""
    return f"U#{act.user}", newest_first(act.at, act.interaction_id)


def claim_key(interaction_id: str) -> Key:
    """Return where an interaction's id is claimed."""
    return f"I#{interaction_id}", "I"


def user_key(user: str) -> Key:
    """Return where a user is listed."""
    return f"S#{shard_of(user, USER_SHARDS)}", user


def count_key(user: str) -> Key:
    """Return where a user's interactions are counted with those of others."""
    return f"N#{shard_of(user, COUNT_SHARDS)}", "N"


def rank_keys(day: int) -> list[str]:
    """Return the partitions in which tracks are ranked by the acts of a day."""
    return [f"D#{day_key(day)}#{number:02x}" for number in range(RANK_SHARDS)]


def counter_key(act: Interaction) -> Key:
    """Return where an act is counted: by day and track, spread by user so that a hit is no single item."""
    return f"D#{day_key(day_of(act.at))}#{shard_of(act.user, RANK_SHARDS)}", act.track_id


def listed_days(day: int) -> list[str]:
    """Return the partitions of a day's interactions in the order of time."""
    return [f"{day_key(day)}#{number:02x}" for number in range(DAY_SHARDS)]


def listener_of(user: str) -> str:
    """Return the short name under which a user is in the sample of a track's listeners."""
    return hashlib.sha256(user.encode()).hexdigest()[:12]


def counter_expires(act: Interaction) -> int:
    """Return when a counter of an act's day is of no use any more, in seconds since 1970."""
    return (day_of(act.at) + _COUNTERS_KEPT_DAYS) * _DAY_SECONDS


def item_of(act: Interaction) -> dict[str, Any]:
    """Return an interaction as an item."""
    pk, sk = act_key(act)
    at = act.at.astimezone(UTC)
    return {
        "pk": pk,
        "sk": sk,
        "day": f"{day_key(day_of(at))}#{shard_of(act.user, DAY_SHARDS)}",
        "moment": moment_key(at, act.interaction_id),
        "ban": sk if act.kind in BANS else None,
        "body": json.dumps(encode_interaction(act), separators=(",", ":")),
        "expires": expires_of(act),
    }


def expires_of(act: Interaction) -> int:
    """Return when DynamoDB may remove an interaction by itself, in seconds since 1970."""
    return int((act.at + RETENTION + _LEFTOVER).timestamp())


def act_of(item: dict[str, Any]) -> Interaction:
    """Return the interaction that an item holds."""
    return decode_interaction(json.loads(item["body"]))
