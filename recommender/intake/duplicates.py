"""Near-duplicates: the same recording in another encoding, level or rate, of which one is listed."""

from dataclasses import dataclass, replace
from typing import Final

from embeddings.audio import NEAR_DUPLICATE_COSINE, NEAR_DUPLICATE_MS
from embeddings.audio.recordings import agree
from recommender.errors import Unavailable
from recommender.filters import Between, OneOfTracks, Where
from recommender.intake.extractors import Extractors
from recommender.intake.placing import Placing
from recommender.ports.catalog import Catalog
from recommender.ports.index import Nearest, VectorIndex
from recommender.ports.outbox import Outbox
from recommender.ports.stores import ServingStore
from recommender.tracks import Track, TrackStatus

# In a library of clips of one length many other tracks are as near as a poor copy.
COMPARED: Final = 20
_TRIES: Final = 10


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Find the listed track that a new one is another encoding of."""

    catalog: Catalog
    index: VectorIndex
    serving: ServingStore
    extractors: Extractors

    def original_of(self, track: Track) -> Track | None:
        """Return the listed track of the same recording as one whose raw values and length are known."""
        serving = self.serving.get()
        raw = self.catalog.raws_of([track.track_id])
        vector = self.extractors.project(serving.audio_version, raw).get(track.track_id)
        length = track.metadata.duration_ms
        if vector is None or length is None:
            return None
        as_long = Between("duration_ms", length - NEAR_DUPLICATE_MS, length + NEAR_DUPLICATE_MS)
        where = Where((as_long,), (OneOfTracks((track.track_id,)),))
        (hits,) = self.index.nearest([Nearest(serving.audio_slot, vector, COMPARED, where)])
        near = [hit.track_id for hit in hits if hit.score >= NEAR_DUPLICATE_COSINE]
        known, raws = self.catalog.get_many(near), self.catalog.raws_of(near)
        originals = [known[found] for found in near if found in raws and found in known and is_original(known[found])]
        alike = (other for other in originals if agree(track.attributes, other.attributes))
        # The explicit and the clean version of a recording are two tracks: filters tell them apart.
        same = (other for other in alike if other.metadata.explicit == track.metadata.explicit)
        mine, version = raw[track.track_id], serving.audio_version
        return next((other for other in same if self.extractors.same_recording(version, mine, raws[other.track_id])), None)


@dataclass(frozen=True, slots=True)
class Succession:
    """Let a duplicate take the place of an original that goes."""

    catalog: Catalog
    placing: Placing
    outbox: Outbox

    def promote(self, track_id: str) -> None:
        """List the oldest duplicate of a track in its stead, with its text vector to follow; the others become duplicates of that.

        Raises
        ------
        Unavailable
            If others wrote these tracks many times in a row.
        """
        heir: str | None = None
        for _ in range(_TRIES):
            duplicates = self.catalog.duplicates_of(track_id)
            if not duplicates:
                return
            if heir is not None:
                self.catalog.put_many([replace(duplicate, duplicate_of=heir) for duplicate in duplicates])
            elif self.placing.place([replace(duplicates[0], duplicate_of=None)], {}):
                heir = duplicates[0].track_id
                self.outbox.described([heir])
        raise Unavailable(f"the duplicates of {track_id} were written by others {_TRIES} times in a row", code="contended")


def is_original(track: Track) -> bool:
    """Tell whether a track is listed, so that others may be duplicates of it."""
    return track.status is TrackStatus.READY and track.duplicate_of is None
