"""A stack on which every call has something to answer: sounds, words, listeners, two model versions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from functions import train_collaborative
from recommender.interactions import Kind
from recommender.payload import payload_of
from recommender.ports.index import Point
from recommender.ports.queues import Queue
from recommender.tracks import Metadata, Track, TrackStatus
from tests.recommender.engine import at_angle
from tests.walks import Context, Walk

TRACKS = 24
LISTENERS = 12


@dataclass(frozen=True)
class Names:
    """What a caller of the furnished stack may name."""

    tracks: Sequence[str]
    users: Sequence[str]
    versions: Sequence[str]
    artists: Sequence[str]
    genres: Sequence[str]


def furnish(walk: Walk) -> Names:
    """Fill an empty stack: two genres of twelve tracks, twelve listeners who keep to one of them, two trainings."""
    tracks = [_track(number) for number in range(TRACKS)]
    stores = walk.app.stores
    stores.catalog.put_many(tracks)
    stores.serving.put(replace(stores.serving.get(), audio_version="ear", text_version=walk.app.reader.version))
    stores.index.upsert([Point(track.track_id, _vectors(number), payload_of(track)) for number, track in enumerate(tracks)])
    users = [f"listener {number}" for number in range(LISTENERS)]
    for number, user in enumerate(users):
        _listen(walk, user, [tracks[(number % 2) * 12 + (number + step) % 12].track_id for step in range(8)])
    walk.drain(Queue.INTERACTIONS)
    versions = [str(train_collaborative.handler({"source": "tested"}, Context())["version"]) for _ in range(2)]  # type: ignore[arg-type]  # all that the handler asks of a context
    return Names(
        tracks=[track.track_id for track in tracks],
        users=users,
        versions=versions,
        artists=sorted({artist for track in tracks for artist in track.metadata.artists}),
        genres=["rock", "jazz"],
    )


def _track(number: int) -> Track:
    said = Metadata(
        title=f"Title {number}",
        artists=(f"Artist {number // 3}",),
        album=f"Album {number // 6}",
        genres=("rock" if number < 12 else "jazz",),
        year=1980 + number,
        duration_ms=180_000 + 1000 * number,
        popularity=float(number),
        markets=("DE", "FR"),
        explicit=number % 5 == 0,
    )
    return Track(
        track_id=f"t{number:02}",
        metadata=said,
        added_at=datetime.now(UTC) - timedelta(days=100),
        status=TrackStatus.READY,
        attributes={"tempo": 90.0 + number, "energy": number / TRACKS, "key": float(number % 12), "mode": 1.0},
        versions={"audio": "ear"},
    )


def _vectors(number: int) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]:
    words = np.zeros(384, np.float32)
    words[number % 12], words[100 + number // 12] = 0.3, 1.0
    return {"audio_a": at_angle(3.0 * number), "text": words}


def _listen(walk: Walk, user: str, track_ids: Sequence[str]) -> None:
    now = datetime.now(UTC)
    acts = [
        {
            "user_id": user,
            "track_id": track_id,
            "kind": Kind.PLAY.value,
            "heard_ms": 180_000,
            "at": (now - timedelta(days=10, minutes=step)).isoformat(),
        }
        for step, track_id in enumerate(track_ids)
    ]
    told = walk.call("POST", "/interactions", body={"interactions": acts})
    if told.status != 202 or told.body["rejected"]:
        raise AssertionError(told)
