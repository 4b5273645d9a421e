"""Make a synthetic library of any size, with tastes, straight through the stores: the same for every benchmark that asks for it."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.folding import LeastSquares
from embeddings.spaces import COLLAB_DIM
from infra.settings import Settings
from infra.wiring import App
from recommender.interactions import Interaction, Kind
from recommender.models import Manifest
from recommender.payload import names_of, payload_of
from recommender.ports.index import Point
from recommender.serving import Serving
from recommender.tracks import Metadata, Track, TrackStatus

GENRES = 24
GROUPS = 200
MODES = 5
PART = 2_000
NOW = datetime(2026, 11, 1, tzinfo=UTC)
VERSION = "bench"


def made(home: Path, tracks: int, *, seed: int = 7) -> App:
    """Return an app over a library of that many tracks in ``home``, made if it is not there yet.

    Vectors lie in 200 groups, so that nearness means something; genres, years and artists follow the groups loosely.
    """
    app = App(Settings.from_env({"SEGUE_HOME": str(home)}))
    stores = app.stores
    if stores.catalog.counts().get(TrackStatus.READY, 0) >= tracks:
        return app
    began = time.perf_counter()
    rng = np.random.default_rng(seed)
    gram = np.zeros((COLLAB_DIM, COLLAB_DIM))
    centres = {slot: _unit(rng.normal(size=(GROUPS, dim))) for slot, dim in (("audio_a", 144), ("text", 384), ("collab_a", COLLAB_DIM))}
    for numbers in np.array_split(np.arange(tracks), max(1, tracks // PART)):
        rows = [_track(int(number), rng) for number in numbers]
        vectors = {slot: _near(centres[slot], numbers, rng) for slot in centres}
        stores.index.upsert(
            [
                Point(row.track_id, {slot: vectors[slot][at] for slot in vectors}, payload_of(row), names_of(row))
                for at, row in enumerate(rows)
            ]
        )
        stores.catalog.put_many(rows)
        gram += vectors["collab_a"].T.astype(np.float64) @ vectors["collab_a"]
        print(f"\r{int(numbers[-1]) + 1:,} tracks, {time.perf_counter() - began:.0f} s", end="", file=sys.stderr)
    _publish(app, gram, tracks)
    versions = {"audio_version": VERSION, "text_version": VERSION, "collab_version": VERSION}
    stores.serving.put(Serving(**versions, revision=stores.serving.get().revision))
    stores.index.flush()
    maintain = getattr(stores.index, "maintain", None)
    if maintain is not None:
        maintain()
    print(file=sys.stderr)
    return app


def _publish(app: App, gram: NDArray[np.float64], tracks: int) -> None:
    """Publish a model version that folds users in; its vectors are in the index already."""
    folding = LeastSquares(gram=0.01 * gram, regularisation=0.1, exponent=1.0, background=0.01 * tracks)
    manifest = Manifest(
        version=VERSION,
        trained_at=NOW,
        users=0,
        tracks=tracks,
        interactions=0,
        dim=COLLAB_DIM,
        parameters={},
        metrics={},
        published=True,
    )
    app.models.publish(manifest, {"folding": folding.to_arrays()})


def listened(app: App, users: int, tracks: int, *, seed: int = 11) -> list[str]:
    """Let users play some 60 tracks each, from five groups, and return their pseudonyms."""
    rng = np.random.default_rng(seed)
    names = [app.pseudonyms.of(f"bench-{number}") for number in range(users)]
    for name in names:
        if app.stores.tastes.get(name) is None:
            app.feedback.record(list(_plays(name, tracks, rng)), now=NOW)
    return names


def _plays(user: str, tracks: int, rng: np.random.Generator) -> Iterator[Interaction]:
    groups = rng.choice(GROUPS, MODES, replace=False)
    for act in range(60):
        number = int(groups[act % MODES] + GROUPS * rng.integers(tracks // GROUPS))
        at = NOW - timedelta(hours=float(rng.uniform(100, 900)))
        yield Interaction(interaction_id=f"{user}-{act}", user=user, track_id=f"bench-{number}", kind=Kind.PLAY, at=at, heard_ms=200_000)


def _track(number: int, rng: np.random.Generator) -> Track:
    group = number % GROUPS
    return Track(
        track_id=f"bench-{number}",
        status=TrackStatus.READY,
        metadata=Metadata(
            title=f"Track {number}",
            artists=(f"Artist {number // 10}",),
            album=f"Album {number // 10}",
            genres=(f"genre {group % GENRES}", f"genre {int(rng.integers(GENRES))}"),
            year=int(rng.integers(1960, 2026)),
            duration_ms=200_000,
            popularity=float(rng.uniform(0, 100)),
        ),
        attributes={"tempo": float(rng.uniform(60, 180)), "energy": float(rng.uniform()), "key": float(rng.integers(12)), "mode": 1.0},
        added_at=NOW - timedelta(days=float(rng.uniform(0, 900))),
        versions={"audio": VERSION, "text": VERSION},
    )


def _near(centres: NDArray[np.float64], numbers: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float32]:
    noise = rng.normal(size=(len(numbers), centres.shape[1])) / np.sqrt(centres.shape[1])
    return np.asarray(_unit(centres[numbers % GROUPS] + noise), dtype=np.float32)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
