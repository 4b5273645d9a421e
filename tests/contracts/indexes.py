"""The indexes that keep the vector index's contract, and points small enough to be seen."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from qdrant_client import QdrantClient

from embeddings.spaces import Distance, Slot, Space
from infra.edge_index import EdgeIndex
from infra.qdrant_index import QdrantIndex
from recommender.filters import Where
from recommender.payload import PayloadValue
from recommender.ports.index import Hit, Point, Vector, VectorIndex
from tests.fakes.index import FakeIndex

KINDS: Final = ("fake", "edge", "qdrant")
# qdrant-client's engine in memory says that it needs neither the payload indexes nor the search parameters of a server.
IN_MEMORY: Final = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning"),
]
FLAT: Final = {
    slot.name: slot
    for slot in (
        Slot("audio_a", Space.AUDIO, 2, Distance.COSINE),
        Slot("audio_b", Space.AUDIO, 2, Distance.COSINE),
        Slot("text", Space.TEXT, 3, Distance.COSINE),
        Slot("collab_a", Space.COLLAB, 2, Distance.DOT),
        Slot("collab_b", Space.COLLAB, 2, Distance.DOT),
    )
}


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[VectorIndex]:
    """Open an empty index of this kind over the slots of the plane."""
    if kind == "fake":
        yield FakeIndex(slots=FLAT)
    elif kind == "edge":
        with EdgeIndex(folder / "index", slots=FLAT) as index:
            yield index
    else:
        client = QdrantClient(":memory:")
        try:
            yield QdrantIndex(client, slots=FLAT)
        finally:
            client.close()


def at(degrees: float, *, length: float = 1.0) -> Vector:
    """Return the vector of the plane in this direction."""
    return np.array([length * math.cos(math.radians(degrees)), length * math.sin(math.radians(degrees))], np.float32)


def heard(track_id: str, degrees: float, **payload: PayloadValue) -> Point:
    """Return a track whose audio points in this direction."""
    return Point(track_id, {"audio_a": at(degrees)}, payload)


def fill_shelf(index: VectorIndex) -> VectorIndex:
    """Write four tracks, a fan of directions, with everything that a filter may ask for."""
    index.upsert(
        [
            heard("north", 90, mode=1, explicit=0, genres=["rock", "indie"], artists=["ada"], year=1994, tempo=120.5, markets=["*"]),
            heard("east", 0, mode=1, explicit=1, genres=["jazz"], artists=["bea", "ada"], year=2004, tempo=90.0, markets=["DE", "FR"]),
            heard("northeast", 45, mode=1, explicit=0, genres=["rock"], artists=["bea"], year=2014, tempo=60.25, markets=["FR"]),
            heard("west", 180, mode=0, explicit=0, genres=[], artists=["cy"]),
        ]
    )
    return index


def found(hits: list[Hit]) -> list[str]:
    """Return the tracks of the hits."""
    return [hit.track_id for hit in hits]


def emptied(index: VectorIndex) -> VectorIndex:
    """Delete every point: making an index on a disk takes longer than a test should."""
    index.delete([point.track_id for point in index.scroll(where=Where(), limit=1_000).points])
    return index
