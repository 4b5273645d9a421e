"""The catalogue in DynamoDB: each track one item, with counters and names changed in the same transactions."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from infra.aws.names import Names
from infra.aws.shards import TRACK_SHARDS, in_order, shard_of, shards
from infra.aws.table import MOST_ACTIONS, Action, Cancelled, ConditionFailed, Table, insert_action
from infra.aws.track_items import (
    DUPLICATE,
    DUPLICATES,
    Stored,
    count_changes,
    counting,
    is_key,
    item_of,
    note_changes,
    raw_key,
    track_key,
    track_of,
)
from recommender.errors import Conflict
from recommender.ports.catalog import Raw
from recommender.tracks import Track, TrackStatus

# A track and two notes, beside at most sixteen counters.
_TRACKS_AT_ONCE: Final = (MOST_ACTIONS - TRACK_SHARDS) // 3
_SAME: Final = "#revision = :revision"


class DynamoCatalog:
    """Keep every track in a table; see ``recommender.ports.catalog.Catalog``.

    A write costs two units a kilobyte, and four more where the track's status changes, as its counter does. Counts are read from 16
    items, duplicates of a track from one partition: nothing is scanned.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._names = Names(table)

    def put(self, track: Track) -> Track:
        """Write a track whose revision is the stored one, or raise ``Conflict``."""
        written = self.put_many([track])
        if not written:
            standing = self.get(track.track_id)
            if standing is not None and standing.track_id != track.track_id:
                raise Conflict(f"{track.track_id!r} names the track {standing.track_id!r} now")
            raise Conflict(f"track {track.track_id!r} was written by somebody else since revision {track.revision}")
        return written[0]

    def put_many(self, tracks: Sequence[Track]) -> list[Track]:
        """Write those whose revision is the stored one, some thirty in a transaction, and return these."""
        first = {track.track_id: track for track in reversed(tracks)}
        asked = [first[track_id] for track_id in dict.fromkeys(track.track_id for track in tracks)]
        known = [track for track in asked if track.revision]
        stored = self._table.get_many((track_key(track.track_id) for track in known), only="#revision, #status, #duplicate_of")
        found: list[tuple[Track, Stored | None]] = [(track, stored.get(track_key(track.track_id))) for track in asked]
        current = [(track, former) for track, former in found if track.revision == (former or {}).get("revision", 0)]
        done: set[str] = set()
        for start in range(0, len(current), _TRACKS_AT_ONCE):
            done |= self._write(current[start : start + _TRACKS_AT_ONCE])
        return [replace(track, revision=track.revision + 1) for track in asked if track.track_id in done]

    def get(self, track_id: str) -> Track | None:
        """Return the track, following ``link``."""
        return self.get_many([track_id]).get(track_id)

    def get_many(self, track_ids: Sequence[str]) -> dict[str, Track]:
        """Return those of the tracks that exist, by the id that was asked."""
        found = self._names.follow([track_id for track_id in track_ids if is_key(track_id)])
        return {track_id: track_of(found[track_id]) for track_id in dict.fromkeys(track_ids) if track_id in found}

    def link(self, alias: str, track_id: str) -> None:
        """Let ``alias`` name an existing track; its own links and files pass over to that track."""
        self._names.link(alias, track_id)

    def find_file(self, file_hash: str) -> str | None:
        """Return the track that this file became."""
        return self._names.find_file(file_hash)

    def claim_content(self, content_hash: str, track_id: str) -> str:
        """Return the track that owns this audio: the first that claimed it and still exists, or else this one."""
        return self._names.claim_content(content_hash, track_id)

    def remember_file(self, file_hash: str, track_id: str) -> None:
        """Note which track a file became."""
        self._names.remember_file(file_hash, track_id)

    def put_raw(self, track_id: str, *, recipe: str, raw: bytes) -> None:
        """Keep a track's raw audio values over the former ones."""
        pk, sk = raw_key(self._names.target(track_id))
        self._table.put({"pk": pk, "sk": sk, "recipe": recipe, "raw": raw})

    def raws(self, *, after: str | None, limit: int) -> list[tuple[str, str, bytes]]:
        """Return (track id, recipe, raw values) in the order of ids."""
        found = in_order(self._table, "R", TRACK_SHARDS, after=after, limit=limit)
        return [(item["sk"], item["recipe"], item["raw"]) for item in islice(found, limit)]

    def raws_of(self, track_ids: Sequence[str]) -> dict[str, Raw]:
        """Return the raw values of those of the tracks that have some."""
        found = self._table.get_many(raw_key(track_id) for track_id in track_ids if is_key(track_id))
        return {track_id: Raw(item["recipe"], item["raw"]) for (_, track_id), item in found.items()}

    def duplicates_of(self, track_id: str) -> list[Track]:
        """Return the duplicates of a track, the oldest first; a duplicate that was noted before this call is among them."""
        if not is_key(track_id):
            return []
        noted = self._names.named(track_id, DUPLICATE)
        found = [track_of(item) for item in self._table.get_many(map(track_key, noted)).values() if "body" in item]
        # Note and track are written together, but read one after the other.
        standing = [track for track in found if track.duplicate_of == track_id]
        return sorted(standing, key=lambda track: (track.added_at, track.track_id))

    def count_duplicates(self) -> int:
        """Return how many tracks are duplicates."""
        return self._counted()[DUPLICATES]

    def scroll(self, *, after: str | None, limit: int) -> list[Track]:
        """Return tracks in the order of their ids."""
        found = in_order(self._table, "T", TRACK_SHARDS, after=after, limit=limit)
        return [track_of(item) for item in islice((item for item in found if "body" in item), limit)]

    def counts(self) -> Mapping[TrackStatus, int]:
        """Return how many tracks have which status."""
        counted = self._counted()
        return {status: counted[status.value] for status in TrackStatus}

    def delete(self, track_id: str) -> bool:
        """Remove a track with its links, files and raw values."""
        return is_key(track_id) and self._names.delete(track_id)

    def _counted(self) -> Counter[str]:
        found = self._table.get_many((f"N#{shard}", "N") for shard in shards(TRACK_SHARDS))
        total: Counter[str] = Counter()
        for item in found.values():
            total.update({name: count for name, count in item.items() if name not in {"pk", "sk"}})
        return total

    def _write(self, current: list[tuple[Track, Stored | None]]) -> set[str]:
        """Write tracks in one transaction, without those that others write first, and return which were written."""
        while current:
            fresh = [(item_of(replace(track, revision=track.revision + 1)), former) for track, former in current]
            puts = [self._put(item, former) for item, former in fresh]
            beside = self._beside(fresh)
            try:
                if len(puts) == 1 and not beside:
                    self._table.put(fresh[0][0], condition=_SAME, revision=current[0][0].revision)
                else:
                    self._table.transact([*puts, *beside])
            except ConditionFailed:
                return set()
            except Cancelled as lost:
                current = [one for at, one in enumerate(current) if at not in lost.failed]
            else:
                return {track.track_id for track, _ in current}
        return set()

    def _put(self, item: dict[str, Any], former: Stored | None) -> Action:
        if former is None:
            return insert_action(self._table, item)
        return self._table.put_action(item, condition=_SAME, revision=int(former["revision"]))

    def _beside(self, fresh: list[tuple[dict[str, Any], Stored | None]]) -> list[Action]:
        notes: list[Action] = []
        changes: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for item, former in fresh:
            notes += note_changes(self._table, item["sk"], former, item)
            changes[shard_of(item["sk"], TRACK_SHARDS)].update(count_changes(former, item))
        netted = {shard: Counter({name: change for name, change in changed.items() if change}) for shard, changed in changes.items()}
        return [*notes, *counting(self._table, netted)]
