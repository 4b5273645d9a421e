"""Model versions: immutable sets of collaborative factors, kept as objects whose manifest is written last."""

import io
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.cold import NO_ARTIST, ColdMap
from embeddings.collaborative.factors import to_slot
from embeddings.collaborative.folding import Arrays, Folding, folding_from_arrays
from embeddings.spaces import AUDIO_DIM, TEXT_DIM
from recommender.crowds import Crowds
from recommender.errors import NotFound
from recommender.identity import fold
from recommender.ports.index import Vector
from recommender.ports.objects import Objects
from recommender.serving import Serving

PREFIX: Final = "models/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a model version was made from and how good it is.

    Attributes
    ----------
    published
        Whether it passed the gate; one that did not is kept for its metrics and never served.
    refusal
        Why it did not pass.
    """

    version: str
    trained_at: datetime
    users: int
    tracks: int
    interactions: int
    dim: int
    parameters: Mapping[str, float]
    metrics: Mapping[str, float]
    published: bool
    refusal: str | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return the manifest as it is stored."""
        return json.dumps(asdict(self) | {"trained_at": self.trained_at.isoformat()}, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, stored: bytes) -> "Manifest":
        """Read a stored manifest."""
        told = json.loads(stored)
        return cls(**{**told, "trained_at": datetime.fromisoformat(told["trained_at"])})


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """Predict the collaborative vector of a track that nobody has played, from its audio, text and artist.

    Attributes
    ----------
    audio_version
        Of the audio vectors that it learned from; others say nothing to it, and a track with these is predicted without its audio.
    """

    cold: ColdMap
    artists: Mapping[str, int]
    audio_version: str | None

    def predict(self, serving: Serving, artists: Sequence[str], vectors: Mapping[str, Vector]) -> Vector:
        """Return the vector predicted from those of the serving slots, at the width of the index slot."""
        audio = vectors.get(serving.audio_slot) if serving.audio_version == self.audio_version else None
        text = vectors.get("text")
        number = next((self.artists[fold(name)] for name in artists if fold(name) in self.artists), NO_ARTIST)
        row = self.cold.predict(features_of(audio, text)[None, :], np.array([number]))[0]
        return to_slot(row)


def features_of(audio: Vector | None, text: Vector | None) -> NDArray[np.float32]:
    """Return what a track is predicted from, shape (528,): its audio vector and its text vector, zeros for one it lacks."""
    heard = np.zeros(AUDIO_DIM, np.float32) if audio is None else audio
    said = np.zeros(TEXT_DIM, np.float32) if text is None else text
    return np.concatenate([heard, said]).astype(np.float32)


class Models:
    """Keep model versions as objects; what a process has read of one is kept in memory, because a version never changes."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._lock = threading.Lock()
        self._foldings: dict[str, Folding] = {}
        self._predictors: dict[str, Predictor] = {}
        self._crowds: dict[str, Crowds | None] = {}

    def publish(self, manifest: Manifest, files: Mapping[str, Arrays]) -> None:
        """Write a version's files, then its manifest: a version without one does not exist."""
        for name, arrays in files.items():
            packed = io.BytesIO()
            np.savez(packed, **arrays)  # type: ignore[arg-type]  # the stub takes the first positional array for the file
            self._objects.put(f"{PREFIX}{manifest.version}/{name}.npz", packed.getvalue())
        self._objects.put(f"{PREFIX}{manifest.version}/manifest.json", manifest.to_json())

    def manifests(self) -> list[Manifest]:
        """Return all complete versions, the newest first."""
        keys = [key for key in self._objects.keys(PREFIX) if key.endswith("/manifest.json")]
        found = [Manifest.from_json(self._objects.read(key)) for key in keys]
        return sorted(found, key=lambda manifest: (manifest.trained_at, manifest.version), reverse=True)

    def manifest(self, version: str) -> Manifest:
        """Return one version's manifest.

        Raises
        ------
        NotFound
            If there is no such version.
        """
        found = next((manifest for manifest in self.manifests() if manifest.version == version), None)
        if found is None:
            raise NotFound(f"no model version {version}", code="unknown_version", field="version")
        return found

    def remove(self, version: str) -> None:
        """Remove a version, its manifest first."""
        self._objects.delete(f"{PREFIX}{version}/manifest.json")
        for key in list(self._objects.keys(f"{PREFIX}{version}/")):
            self._objects.delete(key)

    def folding(self, version: str | None) -> Folding | None:
        """Return how a version folds users in; ``None`` where no version is served."""
        if version is None:
            return None
        with self._lock:
            if version not in self._foldings:
                self._foldings[version] = folding_from_arrays(self.arrays(version, "folding"))
            return self._foldings[version]

    def predicted(self, serving: Serving, artists: Sequence[str], vectors: Mapping[str, Vector]) -> Vector | None:
        """Return the collaborative vector that the serving version predicts for a track; ``None`` where none is served."""
        if serving.collab_version is None:
            return None
        vector = self.predictor(serving.collab_version).predict(serving, artists, vectors)
        return vector if np.isfinite(vector).all() else None

    def predictor(self, version: str) -> Predictor:
        """Return how a version predicts new tracks."""
        with self._lock:
            if version not in self._predictors:
                arrays = self.arrays(version, "cold")
                names = json.loads(str(arrays.pop("artists")))
                audio_version = str(arrays.pop("audio_version", "")) or None
                numbers = {name: at for at, name in enumerate(names)}
                self._predictors[version] = Predictor(ColdMap.from_arrays(arrays), numbers, audio_version)
            return self._predictors[version]

    def crowds(self, version: str | None) -> Crowds | None:
        """Return a version's crowds of listeners; ``None`` where no version is served or it has none."""
        if version is None:
            return None
        with self._lock:
            if version not in self._crowds:
                self._crowds[version] = self._read_crowds(version)
            return self._crowds[version]

    def _read_crowds(self, version: str) -> Crowds | None:
        if self._objects.size(f"{PREFIX}{version}/crowds.npz") is None:
            return None
        arrays = self.arrays(version, "crowds")
        tracks = json.loads(str(arrays["tracks"]))
        return Crowds(arrays["centres"].astype(np.float32), tuple(tracks))

    def vectors(self, version: str) -> tuple[list[str], NDArray[np.float32]]:
        """Return the trained tracks of a version with their vectors, shape (n, dim)."""
        arrays = self.arrays(version, "vectors")
        return json.loads(str(arrays["track_ids"])), arrays["vectors"].astype(np.float32)

    def arrays(self, version: str, name: str) -> Arrays:
        """Return one file of a version."""
        with np.load(io.BytesIO(self._objects.read(f"{PREFIX}{version}/{name}.npz")), allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}
