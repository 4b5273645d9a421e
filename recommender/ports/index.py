"""The vector index: points with named vectors and a payload, answered by filtered nearest-neighbour search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.filters import Where
from recommender.payload import Payload

Vector = NDArray[np.float32]
# Features by number, all others zero: what ``recommender.names.features`` makes of names.
SparseVector = Mapping[int, float]
NAMES: Final = "names"


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A track in the index: its vectors by slot (any of ``embeddings.spaces.SLOTS``, at least none), its payload, its names' features.

    Names are written with a point and never read back: ``fetch`` and ``scroll`` return points without them.
    """

    track_id: str
    vectors: Mapping[str, Vector]
    payload: Payload
    names: SparseVector = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Ask for the tracks nearest to ``vector`` in ``slot``, among those that pass ``where``.

    Attributes
    ----------
    with_vectors
        Slots whose vectors come back with each hit.
    with_payload
        Whether payloads come back; most hits of most questions are dropped unread, so a caller may ask for the rest later.
    """

    slot: str
    vector: Vector
    limit: int
    where: Where = field(default_factory=Where)
    with_vectors: tuple[str, ...] = ()
    with_payload: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Ask for the tracks whose names share most with ``features``, by dot product, among those that pass ``where``.

    A track that shares none is not found.
    """

    features: SparseVector
    limit: int
    where: Where = field(default_factory=Where)
    with_vectors: tuple[str, ...] = ()
    with_payload: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A track that was found; a higher score is nearer (cosine or dot product of the slot). Payload and vectors as asked for."""

    track_id: str
    score: float
    payload: Payload
    vectors: Mapping[str, Vector]


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """Points in a stable order, and the cursor to go on from (``None`` at the end)."""

    points: tuple[Point, ...]
    after: str | None


class VectorIndex(Protocol):
    """Hold every track's point and answer by filtered search. Thread-safe.

    Every method raises ``Unavailable`` when the engine is out of reach. Vectors are validated before anything is written: an unknown
    slot, a wrong width, a value that is not finite, a zero vector in a cosine slot, or a feature that is no unsigned 32-bit number
    raises ``InvalidInput`` naming the track and the slot, and nothing of the call is applied.
    """

    def upsert(self, points: Sequence[Point]) -> None:
        """Write whole points; a point of the same track is replaced, vectors that are not given are gone."""
        ...

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        """Write one slot of existing points, leaving their other vectors; tracks that are not in the index are passed over."""
        ...

    def set_names(self, names: Mapping[str, SparseVector]) -> None:
        """Write the names' features of existing points, leaving their vectors; tracks that are not in the index are passed over."""
        ...

    def clear_slot(self, slot: str) -> None:
        """Take the slot's vector from every point."""
        ...

    def set_payload(self, changes: Mapping[str, Payload]) -> None:
        """Set the named fields of existing points, leaving the others; tracks that are not in the index are passed over."""
        ...

    def nearest(self, queries: Sequence[Nearest | Named]) -> list[list[Hit]]:
        """Answer all queries in one round trip, each with its hits, nearest first; points without the slot are not found."""
        ...

    def fetch(self, track_ids: Sequence[str], *, slots: Sequence[str] = ()) -> dict[str, Point]:
        """Return the points of those tracks that are in the index, with the vectors of the slots that they have."""
        ...

    def scroll(self, *, where: Where, limit: int, after: str | None = None, slots: Sequence[str] = ()) -> Page:
        """Return up to ``limit`` points that pass ``where``, in a stable order, from the cursor on."""
        ...

    def top(self, field: str, *, where: Where, limit: int) -> list[Hit]:
        """Return the points with the highest value of a numeric payload field, highest first; the value is the score."""
        ...

    def delete(self, track_ids: Sequence[str]) -> None:
        """Remove the points of these tracks; unknown ones are passed over."""
        ...

    def count(self, where: Where) -> int:
        """Return how many points pass ``where``, exactly."""
        ...

    def flush(self) -> None:
        """Return when all that was written would survive a power cut."""
        ...
