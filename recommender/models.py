"""Model versions: immutable sets of collaborative factors, kept as objects whose manifest is written last."""

import hashlib
import io
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.cold import NO_ARTIST, ColdMap
from embeddings.collaborative.content import Content
from embeddings.collaborative.described import Vocabulary
from embeddings.collaborative.factors import to_slot
from embeddings.collaborative.folding import Arrays, Folding, folding_from_arrays
from embeddings.spaces import AUDIO_DIM, TEXT_DIM
from recommender.crowds import Crowds
from recommender.errors import Conflict, NotFound, Unavailable
from recommender.identity import fold
from recommender.manifest import DAMAGED, Manifest, damaged
from recommender.ports.index import Vector
from recommender.ports.objects import Objects
from recommender.serving import Serving

PREFIX: Final = "models/"
REPORT: Final = "report.html"
# What the arrays of the vocabulary are called beside those of the map that reads its features.
WORDS: Final = "words."
_UNSAID: Final = Content([{}])
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """Predict the collaborative vector of a track that nobody has played, from its audio, text and artist.

    Attributes
    ----------
    audio_version
        Of the audio vectors that it learned from; others say nothing to it, and a track with these is predicted without its audio.
    vocabulary
        The words that it learned from; ``None`` where it learned from none.
    """

    cold: ColdMap
    artists: Mapping[str, int]
    audio_version: str | None
    vocabulary: Vocabulary | None = None

    def predict(self, serving: Serving, artists: Sequence[str], vectors: Mapping[str, Vector], content: Content = _UNSAID) -> Vector:
        """Return the vector predicted from those of the serving slots and what is said of the track, at the width of the index slot."""
        audio = vectors.get(serving.audio_slot) if serving.audio_version == self.audio_version else None
        text = vectors.get("text")
        number = next((self.artists[fold(name)] for name in artists if fold(name) in self.artists), NO_ARTIST)
        features = features_of(audio, text)[None, :]
        if self.vocabulary is not None:
            features = np.hstack([features, self.vocabulary.features(content)])
        return to_slot(self.cold.predict(features, np.array([number]))[0])


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

    def publish(self, manifest: Manifest, files: Mapping[str, Arrays], *, report: str | None = None) -> Manifest:
        """Write a version's files and its report, then its manifest with their hashes: a version without one does not exist.

        Raises
        ------
        Conflict
            If there is another version of this name: a version never changes.
        """
        packed = {f"{name}.npz": _packed(arrays) for name, arrays in files.items()}
        packed |= {} if report is None else {REPORT: report.encode()}
        sealed = replace(manifest, hashes={name: _hash(content) for name, content in packed.items()})
        key = f"{PREFIX}{manifest.version}/manifest.json"
        if self._objects.size(key) is not None and self._objects.read(key) != sealed.to_json():
            raise Conflict(f"there is another model version {manifest.version}", code="version_exists", field="version")
        for name, content in packed.items():
            self._objects.put(f"{PREFIX}{manifest.version}/{name}", content)
        self._objects.put(key, sealed.to_json())
        return sealed

    def manifests(self) -> list[Manifest]:
        """Return all complete versions, the newest first; one whose manifest is damaged is listed as refused, with the reason."""
        keys = [key for key in self._objects.keys(PREFIX) if key.endswith("/manifest.json")]
        listed = [self._listed(key.removeprefix(PREFIX).removesuffix("/manifest.json")) for key in keys]
        found = [manifest for manifest in listed if manifest is not None]
        return sorted(found, key=lambda manifest: (manifest.trained_at, manifest.version), reverse=True)

    def manifest(self, version: str) -> Manifest:
        """Return one version's manifest.

        Raises
        ------
        NotFound
            If there is no such version.
        Unavailable
            If the manifest is damaged.
        """
        key = f"{PREFIX}{version}/manifest.json"
        if not _VERSION.fullmatch(version) or self._objects.size(key) is None:
            raise NotFound(f"no model version {version}", code="unknown_version", field="version")
        return Manifest.from_json(self._objects.read(key), version=version)

    def verify(self, version: str) -> None:
        """Compare every file of a version with its manifest.

        Raises
        ------
        Unavailable
            Naming the first file that is missing or not what was published.
        """
        for name in self.manifest(version).hashes:
            self._read(version, name)

    def report(self, version: str) -> str:
        """Return the page that tells how a version was trained and judged.

        Raises
        ------
        NotFound
            If there is no such version, or it has no report.
        """
        if REPORT not in self.manifest(version).hashes:
            raise NotFound(f"model version {version} has no report", code="no_report", field="version")
        return self._read(version, REPORT).decode()

    def remove(self, version: str) -> None:
        """Remove a version, its manifest first."""
        self._objects.delete(f"{PREFIX}{version}/manifest.json")
        for key in list(self._objects.keys(f"{PREFIX}{version}/")):
            self._objects.delete(key)
        with self._lock:
            for held in (self._foldings, self._predictors, self._crowds):
                held.pop(version, None)

    def folding(self, version: str | None) -> Folding | None:
        """Return how a version folds users in; ``None`` where no version is served."""
        if version is None:
            return None
        with self._lock:
            if version not in self._foldings:
                self._foldings[version] = folding_from_arrays(self.arrays(version, "folding"))
            return self._foldings[version]

    def predicted(
        self, serving: Serving, artists: Sequence[str], vectors: Mapping[str, Vector], content: Content = _UNSAID
    ) -> Vector | None:
        """Return the collaborative vector that the serving version predicts for a track; ``None`` where none is served."""
        if serving.collab_version is None:
            return None
        vector = self.predictor(serving.collab_version).predict(serving, artists, vectors, content)
        return vector if np.isfinite(vector).all() else None

    def predictor(self, version: str) -> Predictor:
        """Return how a version predicts new tracks."""
        with self._lock:
            if version not in self._predictors:
                arrays = self.arrays(version, "cold")
                names = json.loads(str(arrays.pop("artists")))
                audio_version = str(arrays.pop("audio_version", "")) or None
                numbers = {name: at for at, name in enumerate(names)}
                words = {name.removeprefix(WORDS): array for name, array in arrays.items() if name.startswith(WORDS)}
                vocabulary = Vocabulary.from_arrays(words) if words else None
                self._predictors[version] = Predictor(ColdMap.from_arrays(arrays), numbers, audio_version, vocabulary)
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
        if "crowds.npz" not in self.manifest(version).hashes:
            return None
        arrays = self.arrays(version, "crowds")
        tracks = json.loads(str(arrays["tracks"]))
        return Crowds(arrays["centres"].astype(np.float32), tuple(tracks))

    def vectors(self, version: str) -> tuple[list[str], NDArray[np.float32]]:
        """Return the trained tracks of a version with their vectors, shape (n, dim)."""
        arrays = self.arrays(version, "vectors")
        return json.loads(str(arrays["track_ids"])), arrays["vectors"].astype(np.float32)

    def arrays(self, version: str, name: str) -> Arrays:
        """Return one file of a version.

        Raises
        ------
        Unavailable
            If it is missing or not what was published, naming it.
        """
        with np.load(io.BytesIO(self._read(version, f"{name}.npz")), allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}

    def _read(self, version: str, name: str) -> bytes:
        told = self.manifest(version).hashes.get(name)
        if told is None:
            raise damaged(version, name, "is not in its manifest")
        try:
            content = self._objects.read(f"{PREFIX}{version}/{name}")
        except NotFound as error:
            raise damaged(version, name, "is missing") from error
        if _hash(content) != told:
            raise damaged(version, name, "does not have the SHA-256 of its manifest")
        return content

    def _listed(self, version: str) -> Manifest | None:
        """Return what stands for a version in a list; ``None`` where it was removed meanwhile."""
        try:
            return self.manifest(version)
        except NotFound:
            return None
        except Unavailable as error:
            if error.code != DAMAGED:
                raise
            return Manifest.unreadable(version, why=error.message)


def _packed(arrays: Arrays) -> bytes:
    packed = io.BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]  # the stub takes the first positional array for the file
    return packed.getvalue()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
