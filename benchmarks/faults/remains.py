"""What lies in a home that nobody uses: its stores opened one by one and held against each other."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.faults.verdict import Verdict
from embeddings.collaborative.factors import to_slot
from embeddings.spaces import idle_slot
from infra.settings import Settings
from infra.wiring import App
from recommender.filters import Where
from recommender.intake.duplicates import is_original
from recommender.models import PREFIX
from recommender.ports.index import Point
from recommender.tracks import Track, TrackStatus

_PAGE: Final = 500
_NEAR: Final = 2e-3


@contextmanager
def opened(home: Path, environment: Mapping[str, str]) -> Iterator[App]:
    """Open a home's stores in this process; nobody else may have them meanwhile."""
    app = App(Settings.from_env({**environment, "SEGUE_HOME": str(home)}))
    try:
        yield app
    finally:
        app.close()


def rows(database: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Return what a statement finds in an SQLite file, which it cannot change; a host may be at work on it."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30.0)) as connection:
        return connection.execute(statement, values).fetchall()


def expect_whole_tracks(app: App, verdict: Verdict, *, known_absent: set[str]) -> int:
    """Complain of every track that is neither whole nor absent and on its way; return how many were looked at.

    Parameters
    ----------
    known_absent
        Tracks whose audio no host ever acknowledged: they may be queued without a message.
    """
    coming = _in_queue(app.settings.home)
    tracks = list(listed(app))
    points, serving = placed(app), app.stores.serving.get()
    raws = app.stores.catalog.raws_of([track.track_id for track in tracks])
    for track in tracks:
        point = points.pop(track.track_id, None)
        if track.status is TrackStatus.QUEUED:
            verdict.expect(track.track_id in coming | known_absent, f"track {track.track_id} waits for nothing")
        elif is_original(track):
            wanted = {"text"} | ({serving.audio_slot} if track.content_hash else set())
            wanted |= {serving.collab_slot} if serving.collab_version else set()
            held = set() if point is None else set(point.vectors)
            is_whole = wanted <= held and (track.content_hash is None or track.track_id in raws)
            verdict.expect(
                is_whole or track.track_id in coming, f"track {track.track_id} is ready with {sorted(held)}, not {sorted(wanted)}"
            )
    for track_id in points:
        # A point is written before its row, so a kill between them leaves one whose message comes again.
        verdict.expect(track_id in coming, f"point {track_id} has no track")
    return len(tracks)


def expect_whole_versions(app: App, verdict: Verdict, *, former: bool = True) -> None:
    """Complain unless every version that serves, or can be gone back to, is complete, and its slot holds its vectors and no others.

    Parameters
    ----------
    former
        Whether the version before counts too.
    """
    serving, points = app.stores.serving.get(), placed(app)
    slots = {serving.collab_slot: serving.collab_version, **({idle_slot(serving.collab_slot): serving.idle_collab} if former else {})}
    for version in {*slots.values(), serving.former_collab if former else None} - {None}:
        app.models.verify(str(version))
    for slot, held in slots.items():
        if held is not None:
            track_ids, vectors = app.models.vectors(held)
            table = dict(zip(track_ids, to_slot(vectors), strict=True))
            trained = {track_id: row for track_id, row in table.items() if np.abs(row).max() > 0 and track_id in points}
            _expect_vectors(points, slot, trained, f"of {held}", verdict)
    raws = app.stores.catalog.raws_of(list(points))
    _expect_vectors(points, serving.audio_slot, app.extractors.project(serving.audio_version, raws), f"of {serving.audio_version}", verdict)


def expect_no_unfinished_versions(app: App, verdict: Verdict) -> None:
    """Complain of model versions that are listed and damaged."""
    for manifest in app.models.manifests():
        app.models.verify(manifest.version)
    whole = {manifest.version for manifest in app.models.manifests()}
    found = {key.removeprefix(PREFIX).split("/")[0] for key in app.stores.objects.keys(PREFIX) if key.endswith("/manifest.json")}
    verdict.same("versions with a manifest", sorted(found), sorted(whole))


def listed(app: App) -> Iterator[Track]:
    """Yield every track of the catalogue."""
    after: str | None = None
    while page := app.stores.catalog.scroll(after=after, limit=_PAGE):
        yield from page
        after = page[-1].track_id


def placed(app: App) -> dict[str, Point]:
    """Return every point of the index with all of its vectors."""
    found: dict[str, Point] = {}
    after: str | None = None
    while True:
        page = app.stores.index.scroll(
            where=Where(), limit=_PAGE, after=after, slots=("audio_a", "audio_b", "text", "collab_a", "collab_b")
        )
        found |= {point.track_id: point for point in page.points}
        if page.after is None:
            return found
        after = page.after


def _expect_vectors(points: Mapping[str, Point], slot: str, wanted: Mapping[str, np.ndarray], of: str, verdict: Verdict) -> None:
    strange = [track_id for track_id, row in wanted.items() if track_id in points and not _agree(points[track_id].vectors.get(slot), row)]
    verdict.expect(not strange, f"{len(strange)} of {len(wanted)} vectors in {slot} are not those {of}: {strange[:3]}")


def _agree(held: np.ndarray | None, wanted: np.ndarray) -> bool:
    return held is not None and bool(np.allclose(held, wanted, atol=_NEAR))


def _in_queue(home: Path) -> set[str]:
    """Return the tracks that living messages are about."""
    found: set[str] = set()
    for queue, body in rows(home / "queues.db", "SELECT queue, body FROM messages WHERE died_at IS NULL"):
        told = json.loads(str(body))
        if queue == "metadata":
            found |= set(told["track_ids"])
        elif queue == "uploads":
            found |= {record["s3"]["object"]["key"].removeprefix("uploads/by-id/").split("/")[0] for record in told["Records"]}
    return found
