"""The home that every fault begins with: sounds that were heard, listeners with tastes, two model versions; made once, then copied."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.faults.host import Dead, FaultyHost
from benchmarks.faults.sounds import sound

TRACKS: Final = 54
CIRCLES: Final = 6
USERS: Final = 48
_ACTS: Final = 36
_PARTS: Final = 2
_BATCH: Final = 400


def made(work: Path) -> Path:
    """Make the first home under ``work`` through a host's own doors, and return it at rest.

    Raises
    ------
    Dead
        If the host does not do its part.
    """
    home = work / "first"
    host = FaultyHost(home, environment=shared(work)).start()
    try:
        tracks = [send(host, sound(work / f"sound-{number}.wav", number), title=f"Sound {number}") for number in range(TRACKS)]
        _await(host, "hearing")
        for part in range(_PARTS):
            listen(host, acts_of(tracks, part=part))
            _await(host, "listening")
            _train(host)
    finally:
        host.end()
    return home


def shared(work: Path) -> dict[str, str]:
    """Return the settings by which the homes under ``work`` share what is slow to make and no part of a home."""
    return {"TEXT_CACHE": str(work / "text")}


def copy_of(home: Path, name: str) -> Path:
    """Return a fresh copy of a home at rest, beside it."""
    copied = home.with_name(name)
    shutil.rmtree(copied, ignore_errors=True)
    shutil.copytree(home, copied)
    return copied


def send(host: FaultyHost, file: Path, *, title: str) -> str:
    """Send one file as an artist's track and return its id."""
    said = {"title": title, "artists": [f"Artist {title.rsplit(' ', 1)[-1]}"]}
    begun = host.post("/uploads", {"filename": file.name, "metadata": said})
    answer = host.call(begun["method"], begun["url"], headers=begun["headers"], content=file.read_bytes())
    if answer is None or answer.status_code != 200:
        raise Dead(f"an upload was answered {answer.status_code if answer is not None else 'not at all'}")
    return str(begun["track_id"])


def listen(host: FaultyHost, acts: Sequence[dict[str, object]]) -> None:
    """Post acts, all of which have to be accepted."""
    for start in range(0, len(acts), _BATCH):
        part = list(acts[start : start + _BATCH])
        answer = host.post("/interactions", {"interactions": part})
        if answer["accepted"] != len(part):
            raise Dead(f"{answer['rejected'][:3]}")


def acts_of(tracks: Sequence[str], *, part: int, acts: int = _ACTS) -> list[dict[str, object]]:
    """Return what listeners do in a part of the time: each goes through a circle of tracks in an order of their own, and back to it.

    So there is always something of the circle that a listener has yet to hear, which a model can tell and popularity cannot.
    """
    rng = np.random.default_rng((62, part))
    circles = np.array_split(np.arange(len(tracks)), CIRCLES)
    began = datetime.now(UTC) - timedelta(days=20 - 8 * part)
    told: list[tuple[datetime, dict[str, object]]] = []
    for user in range(USERS):
        order = np.random.default_rng((63, user)).permutation(circles[user % CIRCLES])
        for number in range(acts):
            reached = min(len(order) - 1, int((part + number / acts) / _PARTS * len(order)))
            track = order[reached] if rng.random() < 0.5 else rng.choice(order[: reached + 1])
            at = began + timedelta(days=8 * (number + float(rng.random())) / acts)
            act = {
                "interaction_id": f"part-{part}-{user}-{number}",
                "user_id": name_of(user),
                "track_id": tracks[int(track)],
                "kind": "like" if rng.random() < 0.1 else "play",
                "at": at.isoformat(),
            }
            told.append((at, act))
    return [act for _, act in sorted(told, key=lambda pair: pair[0])]


def name_of(user: int) -> str:
    """Return a listener's id."""
    return f"listener-{user}"


def _train(host: FaultyHost) -> None:
    answer = host.invoke("TrainCollaborativeFunction")
    if answer is None or answer.status_code != 200 or not answer.json()["published"]:
        raise Dead(f"training: {answer.text[:500] if answer is not None else 'no answer'}")


def _await(host: FaultyHost, what: str) -> None:
    if not host.settle(300.0):
        raise Dead(f"{what} did not come to an end")
