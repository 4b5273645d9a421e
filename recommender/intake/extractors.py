"""The statistics that turn raw audio values into vectors, kept by version, so that any version can be made again."""

import threading
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from embeddings.audio import RECIPE
from embeddings.audio.recordings import is_same_recording
from embeddings.audio.statistics import Statistics, from_bytes
from embeddings.errors import ArtefactInvalid
from recommender.errors import Unavailable
from recommender.ports.catalog import Raw
from recommender.ports.index import Vector
from recommender.ports.objects import Objects

PREFIX = "audio/"
# Code of the error that names damaged statistics.
DAMAGED = "damaged_statistics"


class Extractors:
    """Keep statistics as objects; what a process has read of a version stays in memory, because a version never changes.

    Parameters
    ----------
    recipe
        Of the raw values that this program hears. Statistics and raw values of another recipe do not fit these, and are passed over.
    """

    def __init__(self, objects: Objects, *, recipe: str = str(RECIPE)) -> None:
        self.recipe = recipe
        self._objects = objects
        self._lock = threading.Lock()
        self._read: dict[str, Statistics] = {}

    def keep(self, version: str, content: bytes) -> None:
        """Keep a statistics file under its version, unless it is kept already."""
        if version not in self._read and self._objects.size(self._key(version)) is None:
            self._objects.put(self._key(version), content)

    def replace(self, version: str, content: bytes) -> None:
        """Keep a statistics file under its version in the place of one that is damaged."""
        self._objects.put(self._key(version), content)

    def statistics(self, version: str | None) -> Statistics | None:
        """Return the statistics of a version; ``None`` where none of this recipe are kept.

        Raises
        ------
        Unavailable
            If what is kept is damaged, naming it.
        """
        if version is None:
            return None
        with self._lock:
            if version not in self._read:
                key = self._key(version)
                if self._objects.size(key) is None:
                    return None
                try:
                    self._read[version] = from_bytes(self._objects.read(key), key)
                except ArtefactInvalid as error:
                    raise Unavailable(f"the statistics of audio version {version} are damaged: {error}", code=DAMAGED) from error
            return self._read[version]

    def project(self, version: str | None, raws: Mapping[str, Raw]) -> dict[str, Vector]:
        """Return the vectors of a version for those tracks whose raw values are of its recipe."""
        statistics = self.statistics(version)
        values = {track_id: raw for track_id in raws if (raw := self._values(raws[track_id])) is not None}
        if statistics is None or not values:
            return {}
        return dict(zip(values, statistics.project(np.stack(list(values.values()))), strict=True))

    def same_recording(self, version: str | None, one: Raw, other: Raw) -> bool:
        """Tell whether two tracks of one length are the same recording, by what a version knows of music."""
        statistics, values, others = self.statistics(version), self._values(one), self._values(other)
        return statistics is not None and values is not None and others is not None and is_same_recording(values, others, statistics)

    def _values(self, raw: Raw) -> NDArray[np.float32] | None:
        return np.frombuffer(raw.values, "<f4") if raw.recipe == self.recipe else None

    def _key(self, version: str) -> str:
        return f"{PREFIX}recipe-{self.recipe}/{version}/statistics.npz"
