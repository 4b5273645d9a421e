"""What names a track in DynamoDB: links, files and audio, each noted under the track too, so that they are found and move together."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from infra.aws.shards import TRACK_SHARDS, shard_of
from infra.aws.table import MOST_ACTIONS, Action, Cancelled, Key, Table
from infra.aws.track_items import (
    Stored,
    content_key,
    count_changes,
    counting,
    file_key,
    name_key,
    note_changes,
    raw_key,
    track_key,
)
from recommender.errors import NotFound, Unavailable

_LINK, _FILE, _CONTENT = "link", "file", "content"
_PLACES: Final = {_LINK: track_key, _FILE: file_key, _CONTENT: content_key}
# A name and two notes.
_NAMES_AT_ONCE: Final = MOST_ACTIONS // 3
_TRIES: Final = 8
_LONGEST_CHAIN: Final = 4


class Names:
    """Keep what leads to tracks."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def follow(self, track_ids: Sequence[str]) -> dict[str, Stored]:
        """Return the items of those of the tracks that exist, by the id that was asked, links followed."""
        leads = {track_id: track_id for track_id in track_ids}
        found: dict[str, Stored] = {}
        # Links are one step long, but for the moment in which others move them.
        for _ in range(_LONGEST_CHAIN):
            items = self._table.get_many(track_key(name) for name in leads.values())
            met = {asked: items[track_key(name)] for asked, name in leads.items() if track_key(name) in items}
            found |= {asked: item for asked, item in met.items() if "body" in item}
            leads = {asked: item["target"] for asked, item in met.items() if "target" in item}
            if not leads:
                break
        return found

    def target(self, track_id: str) -> str:
        """Return the id that a link names, or the id itself."""
        found = self.follow([track_id]).get(track_id)
        return track_id if found is None else str(found["sk"])

    def named(self, track_id: str, kind: str) -> list[str]:
        """Return what names a track, of one kind."""
        pk, prefix = name_key(track_id, kind, "")
        found = self._table.query(pk, where="begins_with(#sk, :prefix)", prefix=prefix)
        return [str(item["sk"]).removeprefix(prefix) for item in found]

    def find_file(self, file_hash: str) -> str | None:
        """Return the track that a file became."""
        return self._owner(file_key(file_hash))

    def remember_file(self, file_hash: str, track_id: str) -> None:
        """Note which track a file became."""
        self._name(_FILE, file_hash, self.target(track_id))

    def claim_content(self, content_hash: str, track_id: str) -> str:
        """Return the track that owns some audio, or let this one own it."""
        for _ in range(_TRIES):
            owner = self._owner(content_key(content_hash))
            if owner is not None and owner in self.follow([owner]):
                return self.target(owner)
            try:
                self._name(_CONTENT, content_hash, track_id, former=owner)
            except Cancelled:
                continue
            return track_id
        raise Unavailable(f"the audio {content_hash} was claimed by others {_TRIES} times in a row", code="contended")

    def link(self, alias: str, track_id: str) -> None:
        """Let ``alias`` name an existing track; what named it names that track."""
        for _ in range(_TRIES):
            standing = self.follow([track_id]).get(track_id)
            if standing is None:
                raise NotFound(f"there is no track {track_id!r} for {alias!r} to name")
            target = str(standing["sk"])
            if target == alias:
                return
            self._move(alias, target)
            try:
                self._turn(alias, target)
            except Cancelled:
                continue
            # What came to name the alias meanwhile.
            self._move(alias, target)
            return
        raise Unavailable(f"{alias!r} was written by others {_TRIES} times in a row", code="contended")

    def delete(self, track_id: str) -> bool:
        """Remove a track and what names it, the track last: one that was cut short is found and finished."""
        target = self.target(track_id)
        for kind, place in _PLACES.items():
            for name in self.named(target, kind):
                self._table.delete(place(name), condition="#target = :target", target=target)
                self._table.delete(name_key(target, kind, name))
        for _ in range(_TRIES):
            stored = self._table.get(track_key(target))
            actions = self._dropping(target, stored)
            if stored is None or "body" not in stored:
                self._table.transact(actions)
                return False
            try:
                self._table.transact(actions)
            except Cancelled:
                continue
            return True
        raise Unavailable(f"{track_id!r} was written by others {_TRIES} times in a row", code="contended")

    def _owner(self, key: Key) -> str | None:
        found = self._table.get(key)
        return None if found is None else str(found["target"])

    def _name(self, kind: str, name: str, target: str, *, former: str | None = None) -> None:
        """Write a name and its note; audio only where ``former`` is still its owner, or nobody."""
        pk, sk = _PLACES[kind](name)
        item = {"pk": pk, "sk": sk, "target": target}
        note_pk, note_sk = name_key(target, kind, name)
        if kind == _FILE:
            put = self._table.put_action(item)
        elif former is None:
            put = self._table.put_action(item, condition="attribute_not_exists(#pk)")
        else:
            put = self._table.put_action(item, condition="#target = :former", former=former)
        self._table.transact([put, self._table.put_action({"pk": note_pk, "sk": note_sk})])

    def _move(self, alias: str, target: str) -> None:
        """Let everything that names ``alias`` name ``target``."""
        told = [(kind, name) for kind in _PLACES for name in self.named(alias, kind)]
        for start in range(0, len(told), _NAMES_AT_ONCE):
            actions: list[Action] = []
            for kind, name in told[start : start + _NAMES_AT_ONCE]:
                pk, sk = _PLACES[kind](name)
                note_pk, note_sk = name_key(target, kind, name)
                actions += [
                    self._table.put_action({"pk": pk, "sk": sk, "target": target}),
                    self._table.delete_action(name_key(alias, kind, name)),
                    self._table.put_action({"pk": note_pk, "sk": note_sk}),
                ]
            self._table.transact(actions)

    def _turn(self, alias: str, target: str) -> None:
        """Put a link in the place of whatever lies under ``alias``, if it and the target stand as they were read."""
        stored = self._table.get(track_key(alias))
        pk, sk = track_key(alias)
        link: dict[str, Any] = {"pk": pk, "sk": sk, "target": target}
        former = str(stored["target"]) if stored and "target" in stored else None
        note_pk, note_sk = name_key(target, _LINK, alias)
        actions = [
            self._table.put_action(link, **_unchanged(stored)),
            self._table.check_action(track_key(target), "attribute_exists(#body)"),
            self._table.put_action({"pk": note_pk, "sk": note_sk}),
            self._table.delete_action(raw_key(alias)),
            *([self._table.delete_action(name_key(former, _LINK, alias))] if former and former != target else []),
        ]
        self._table.transact([*actions, *self._uncounting(alias, stored)])

    def _dropping(self, target: str, stored: Stored | None) -> list[Action]:
        actions = [self._table.delete_action(raw_key(target))]
        if stored is not None and "body" in stored:
            actions.append(self._table.delete_action(track_key(target), **_unchanged(stored)))
        return [*actions, *self._uncounting(target, stored)]

    def _uncounting(self, track_id: str, stored: Stored | None) -> list[Action]:
        changes: dict[str, Counter[str]] = {shard_of(track_id, TRACK_SHARDS): count_changes(stored, None)}
        return [*note_changes(self._table, track_id, stored, None), *counting(self._table, changes)]


def _unchanged(stored: Stored | None) -> dict[str, Any]:
    """Return the condition that an item is as it was read."""
    if stored is None:
        return {"condition": "attribute_not_exists(#pk)"}
    if "revision" in stored:
        return {"condition": "#revision = :revision", "revision": stored["revision"]}
    return {"condition": "#target = :former", "former": stored["target"]}
