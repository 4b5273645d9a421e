"""The catalogue in dictionaries, as plain as its promises."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from recommender.errors import Conflict, NotFound
from recommender.ports.catalog import Raw
from recommender.tracks import Track, TrackStatus


class FakeCatalog:
    """Keep tracks in memory."""

    def __init__(self, tracks: Iterable[Track] = ()) -> None:
        self.tracks: dict[str, Track] = {}
        self.links: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.contents: dict[str, str] = {}
        self.raw: dict[str, tuple[str, bytes]] = {}
        for track in tracks:
            self.put(track)

    def put(self, track: Track) -> Track:
        stored = self.tracks.get(track.track_id)
        if track.track_id in self.links:
            raise Conflict(f"{track.track_id!r} names the track {self.links[track.track_id]!r} now")
        if track.revision != (stored.revision if stored else 0):
            raise Conflict(f"track {track.track_id!r} was written by somebody else since revision {track.revision}")
        self.tracks[track.track_id] = replace(track, revision=track.revision + 1)
        return self.tracks[track.track_id]

    def put_many(self, tracks: Sequence[Track]) -> list[Track]:
        written = []
        for track in tracks:
            try:
                written.append(self.put(track))
            except Conflict:
                continue
        return written

    def get(self, track_id: str) -> Track | None:
        return self.tracks.get(self.links.get(track_id, track_id))

    def get_many(self, track_ids: Sequence[str]) -> dict[str, Track]:
        return {asked: track for asked in track_ids if (track := self.get(asked))}

    def link(self, alias: str, track_id: str) -> None:
        target = self.get(track_id)
        if target is None:
            raise NotFound(f"there is no track {track_id!r} for {alias!r} to name")
        if target.track_id == alias:
            return
        for names in (self.links, self.files, self.contents):
            names.update({name: target.track_id for name, named in names.items() if named == alias})
        self.tracks.pop(alias, None)
        self.raw.pop(alias, None)
        self.links[alias] = target.track_id

    def find_file(self, file_hash: str) -> str | None:
        return self.files.get(file_hash)

    def claim_content(self, content_hash: str, track_id: str) -> str:
        owner = self.contents.get(content_hash)
        if owner is None or owner not in self.tracks:
            self.contents[content_hash] = track_id
        return self.contents[content_hash]

    def remember_file(self, file_hash: str, track_id: str) -> None:
        self.files[file_hash] = self.links.get(track_id, track_id)

    def put_raw(self, track_id: str, *, recipe: str, raw: bytes) -> None:
        self.raw[self.links.get(track_id, track_id)] = (recipe, raw)

    def raws(self, *, after: str | None, limit: int) -> list[tuple[str, str, bytes]]:
        kept = sorted(track_id for track_id in self.raw if after is None or track_id > after)
        return [(track_id, *self.raw[track_id]) for track_id in kept[:limit]]

    def raws_of(self, track_ids: Sequence[str]) -> dict[str, Raw]:
        return {track_id: Raw(*self.raw[track_id]) for track_id in track_ids if track_id in self.raw}

    def duplicates_of(self, track_id: str) -> list[Track]:
        found = [track for track in self.tracks.values() if track.duplicate_of == track_id]
        return sorted(found, key=lambda track: (track.added_at, track.track_id))

    def count_duplicates(self) -> int:
        return sum(track.duplicate_of is not None for track in self.tracks.values())

    def scroll(self, *, after: str | None, limit: int) -> list[Track]:
        kept = sorted(track_id for track_id in self.tracks if after is None or track_id > after)
        return [self.tracks[track_id] for track_id in kept[:limit]]

    def counts(self) -> Mapping[TrackStatus, int]:
        counted = Counter(track.status for track in self.tracks.values())
        return {status: counted[status] for status in TrackStatus}

    def delete(self, track_id: str) -> bool:
        target = self.links.get(track_id, track_id)
        self.links = {alias: named for alias, named in self.links.items() if named != target}
        self.files = {file_hash: named for file_hash, named in self.files.items() if named != target}
        self.raw.pop(target, None)
        return self.tracks.pop(target, None) is not None
