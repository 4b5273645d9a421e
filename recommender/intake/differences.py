"""Where catalogue and index say different things, kind by kind; nothing is changed by looking."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from embeddings.spaces import Space
from recommender.filters import Where
from recommender.intake.duplicates import is_original
from recommender.intake.placing import COLLAB_MARKS
from recommender.payload import PayloadValue, payload_of
from recommender.ports.catalog import Catalog
from recommender.ports.index import Point, VectorIndex
from recommender.serving import Serving
from recommender.tracks import Track

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Differences:
    """Where catalogue and index say different things.

    Attributes
    ----------
    tracks
        How many tracks the catalogue lists.
    missing
        Listed tracks without a point.
    incomplete
        Listed tracks that lack a vector: one that the catalogue says they have, one that their raw audio values would give, that of
        the model version that serves, or any at all.
    ghosts
        Points without a listed track.
    stale
        Listed tracks whose point says other things of them than the catalogue, so that filters would go wrong.
    """

    tracks: int
    missing: tuple[str, ...]
    incomplete: tuple[str, ...]
    ghosts: tuple[str, ...]
    stale: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Tell whether both say the same."""
        return not (self.missing or self.incomplete or self.ghosts or self.stale)


def differences(catalog: Catalog, index: VectorIndex, serving: Serving, *, recipe: str) -> Differences:
    """Compare every track with its point.

    Parameters
    ----------
    recipe
        Of the raw audio values that vectors can be made of.
    """
    slots = _slots(serving)
    placed = {point.track_id: point for point in _points(index, tuple(slots.values()))}
    tracks, incomplete, missing, stale = 0, list[str](), list[str](), list[str]()
    for page in _pages(catalog):
        raws = catalog.raws_of([track.track_id for track in page])
        heard = {track_id for track_id, raw in raws.items() if raw.recipe == recipe}
        tracks += len(page)
        for track in page:
            point = placed.pop(track.track_id, None)
            if point is None:
                missing.append(track.track_id)
            elif not _is_complete(track, point, slots, is_heard=track.track_id in heard):
                incomplete.append(track.track_id)
            elif not _says_the_same(point.payload, payload_of(track)):
                stale.append(track.track_id)
    return Differences(tracks, tuple(missing), tuple(incomplete), tuple(sorted(placed)), tuple(stale))


def _slots(serving: Serving) -> dict[str, str]:
    """Return the slot that answers for each space that has a version."""
    held = {
        Space.AUDIO.value: (serving.audio_slot, serving.audio_version),
        Space.TEXT.value: ("text", serving.text_version),
        Space.COLLAB.value: (serving.collab_slot, serving.collab_version),
    }
    return {space: slot for space, (slot, version) in held.items() if version is not None}


def _is_complete(track: Track, point: Point, slots: Mapping[str, str], *, is_heard: bool) -> bool:
    wanted = {*track.versions, *((Space.AUDIO.value,) if is_heard else ()), Space.COLLAB.value}
    return bool(track.versions) and all(slots[space] in point.vectors for space in wanted & slots.keys())


def _says_the_same(held: Mapping[str, PayloadValue], told: Mapping[str, PayloadValue]) -> bool:
    plain = {name: value for name, value in held.items() if name not in COLLAB_MARKS}
    return plain.keys() == told.keys() and all(_is_equal(plain[name], value) for name, value in told.items())


def _is_equal(one: PayloadValue, other: PayloadValue) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        # Not every store keeps the last bit.
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(one, Collection) and not isinstance(one, str) and isinstance(other, Collection):
        return list(one) == list(other)
    return one == other


def _pages(catalog: Catalog) -> Iterator[list[Track]]:
    """Yield the listed tracks in the order of their ids."""
    after: str | None = None
    while page := catalog.scroll(after=after, limit=_PAGE):
        yield [track for track in page if is_original(track)]
        after = page[-1].track_id


def _points(index: VectorIndex, slots: tuple[str, ...]) -> Iterator[Point]:
    after: str | None = None
    while True:
        page = index.scroll(where=Where(), limit=_PAGE, after=after, slots=slots)
        yield from page.points
        if page.after is None:
            return
        after = page.after
