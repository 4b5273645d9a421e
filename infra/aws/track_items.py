"""Tracks as items: what one write of a track changes, its counters and its note under its original included."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from infra.aws.shards import TRACK_SHARDS, shard_of
from infra.aws.table import Action, Key, Table
from infra.codec.tracks import decode_track, encode_track
from recommender.identity import is_legible
from recommender.tracks import Track

DUPLICATES: Final = "duplicates"
DUPLICATE: Final = "duplicate"
LARGEST_KEY_BYTES: Final = 1024
Stored = Mapping[str, Any]


def track_key(track_id: str) -> Key:
    """Return where a track, or the link of this name, lies."""
    return f"T#{shard_of(track_id, TRACK_SHARDS)}", track_id


def raw_key(track_id: str) -> Key:
    """Return where a track's raw values lie."""
    return f"R#{shard_of(track_id, TRACK_SHARDS)}", track_id


def file_key(file_hash: str) -> Key:
    """Return where it says which track a file became."""
    return f"F#{file_hash}", "F"


def content_key(content_hash: str) -> Key:
    """Return where it says which track owns some audio."""
    return f"C#{content_hash}", "C"


def name_key(track_id: str, kind: str, name: str) -> Key:
    """Return where it is noted under a track that something names it."""
    return f"O#{track_id}", f"{kind}#{name}"


def is_key(track_id: str) -> bool:
    """Tell whether DynamoDB takes a name as a key; nothing is stored under one that it refuses."""
    return 0 < len(track_id.encode("utf-8", "surrogatepass")) <= LARGEST_KEY_BYTES - 64 and is_legible(track_id)


def item_of(track: Track) -> dict[str, Any]:
    """Return a track as an item."""
    pk, sk = track_key(track.track_id)
    return {
        "pk": pk,
        "sk": sk,
        "revision": track.revision,
        "status": track.status.value,
        "duplicate_of": track.duplicate_of,
        "body": json.dumps(encode_track(track), separators=(",", ":")),
    }


def track_of(item: Stored) -> Track:
    """Return the track that an item holds."""
    return decode_track(json.loads(item["body"]))


def note_changes(table: Table, track_id: str, former: Stored | None, latter: Stored | None) -> list[Action]:
    """Return how the notes under originals change when a track's item does."""
    before, after = ((item.get("duplicate_of") if item else None) for item in (former, latter))
    if before == after:
        return []
    gone = [table.delete_action(name_key(before, DUPLICATE, track_id))] if before else []
    if not after:
        return gone
    pk, sk = name_key(after, DUPLICATE, track_id)
    return [*gone, table.put_action({"pk": pk, "sk": sk})]


def count_changes(former: Stored | None, latter: Stored | None) -> Counter[str]:
    """Return by how much the counters of a track's shard change when its item does; nothing is left out as zero."""
    changes: Counter[str] = Counter()
    for item, by in ((former, -1), (latter, 1)):
        if item and "status" in item:
            changes[item["status"]] += by
            changes[DUPLICATES] += by if item.get("duplicate_of") else 0
    return Counter({name: change for name, change in changes.items() if change})


def counting(table: Table, changes: Mapping[str, Counter[str]]) -> list[Action]:
    """Return the changes of the counters, one action a shard."""
    actions = []
    for shard, changed in sorted(changes.items()):
        if changed:
            values: dict[str, Any] = dict(changed)
            change = "ADD " + ", ".join(f"#{name} :{name}" for name in sorted(changed))
            actions.append(table.update_action((f"N#{shard}", "N"), change, **values))
    return actions
