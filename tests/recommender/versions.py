"""Model versions made by hand: a track's vector is its angle, and the third coordinate marks the version."""

import json
from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from embeddings.collaborative.cold import ColdMap
from embeddings.collaborative.folding import WeightedSum
from embeddings.spaces import AUDIO_DIM, TEXT_DIM
from recommender.filters import Where
from recommender.manifest import Manifest
from recommender.models import Models
from tests.fakes.index import FakeIndex
from tests.recommender.engine import EAR, NOW, Engine, angle_of, at_angle

INPUTS = AUDIO_DIM + TEXT_DIM + 3
SOUNDS = {"rock": 0, "jazz": 90, "new": 30}
ANGLES = {"rock": 45, "jazz": 135}
# What each track answers with while a version serves: its angle and the version's mark.
V1 = {"rock": (45, 1.0), "jazz": (135, 1.0), "new": (30, 1.0)}
V2 = {"rock": (180, 2.0), "jazz": (270, 2.0), "new": (30, 2.0)}


def publish(
    models: Models,
    version: str,
    angles: Mapping[str, float],
    *,
    mark: float = 1.0,
    days_ago: float = 0,
    refusal: str | None = None,
    unplayed: frozenset[str] = frozenset(),
) -> Manifest:
    """Publish a version that knows these tracks, but for those that nobody played, and predicts any other from how it sounds."""
    manifest = Manifest(
        version=version,
        trained_at=NOW - timedelta(days=days_ago),
        users=2,
        tracks=len(angles),
        interactions=9,
        dim=3,
        parameters={},
        metrics={"ndcg@20": 0.5},
        published=refusal is None,
        refusal=refusal,
    )
    rows = np.array([[*at_angle(degrees)[:2], mark] for degrees in angles.values()], np.float32).reshape(-1, 3)
    rows[[track_id in unplayed for track_id in angles]] = 0.0
    weights = np.zeros((INPUTS, 3))
    weights[0, 0] = weights[1, 1] = 1.0
    cold = ColdMap(np.zeros(INPUTS), np.ones(INPUTS), weights, np.array([0.0, 0.0, mark]), np.zeros((1, 3)))
    return models.publish(
        manifest,
        {
            "vectors": {"track_ids": np.array(json.dumps(list(angles))), "vectors": rows},
            "folding": WeightedSum(3).to_arrays(),
            "cold": {**cold.to_arrays(), "artists": np.array("[]"), "audio_version": np.array(EAR)},
        },
    )


def swappable(index: FakeIndex | None = None) -> Engine:
    """Two trained tracks and one, ``new``, that no version knows; ``v1`` is marked 1 and ``v2`` is marked 2."""
    engine = Engine(index=index)
    for track_id, degrees in SOUNDS.items():
        engine.add(track_id, degrees)
    publish(engine.models, "v1", ANGLES, mark=1, days_ago=2)
    publish(engine.models, "v2", {"rock": 180, "jazz": 270}, mark=2, days_ago=1)
    return engine


def served(engine: Engine, *, limit: int = 100) -> dict[str, tuple[int, float]]:
    """Return each track's angle and mark in the slot that answers."""
    slot = engine.serving.get().collab_slot
    points = engine.index.scroll(where=Where(), limit=limit, slots=[slot]).points
    return {
        point.track_id: (round(angle_of(point.vectors[slot])) % 360, float(point.vectors[slot][2]))
        for point in points
        if slot in point.vectors
    }
