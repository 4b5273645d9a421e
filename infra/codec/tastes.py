"""The stored form of a taste: vectors as base64 of little-endian float32, moments as microseconds."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.taste import Mode
from infra.codec.moments import to_microseconds, to_moment
from recommender.taste import SpaceTaste, Taste


def encode_taste(taste: Taste) -> dict[str, Any]:
    """Return a taste as JSON values."""
    return {
        "user": taste.user,
        "updated_at": to_microseconds(taste.updated_at),
        "spaces": {name: _encode_space(space) for name, space in taste.spaces.items()},
        "session": {name: _encode_space(space) for name, space in taste.session.items()},
        "session_at": None if taste.session_at is None else to_microseconds(taste.session_at),
        "heard": {track_id: to_microseconds(at) for track_id, at in taste.heard.items()},
        "banned": list(taste.banned),
        "artists": dict(taste.artists),
        "genres": dict(taste.genres),
        "plays": taste.plays,
        "made_for_collab": taste.made_for_collab,
        "revision": taste.revision,
    }


def decode_taste(stored: dict[str, Any]) -> Taste:
    """Return the taste that was stored; its arrays are read-only."""
    return Taste(
        user=stored["user"],
        updated_at=to_moment(stored["updated_at"]),
        spaces={name: _decode_space(space) for name, space in stored["spaces"].items()},
        session={name: _decode_space(space) for name, space in stored["session"].items()},
        session_at=None if stored["session_at"] is None else to_moment(stored["session_at"]),
        heard={track_id: to_moment(at) for track_id, at in stored["heard"].items()},
        banned=tuple(stored["banned"]),
        artists=stored["artists"],
        genres=stored["genres"],
        plays=stored["plays"],
        made_for_collab=stored["made_for_collab"],
        revision=stored["revision"],
    )


def encode_vector(vector: NDArray[np.float32]) -> str:
    """Return a vector's float32 values as base64."""
    return base64.b64encode(np.ascontiguousarray(vector, dtype="<f4").tobytes()).decode("ascii")


def decode_vector(stored: str) -> NDArray[np.float32]:
    """Return the vector, read-only."""
    return np.frombuffer(base64.b64decode(stored), dtype="<f4").astype(np.float32, copy=False)


def _encode_space(space: SpaceTaste) -> dict[str, Any]:
    return {
        "version": space.version,
        "modes": [
            {"vector": encode_vector(mode.vector), "weight": float(mode.weight), "exemplars": list(mode.exemplars)} for mode in space.modes
        ],
        "distaste": None if space.distaste is None else encode_vector(space.distaste),
    }


def _decode_space(stored: dict[str, Any]) -> SpaceTaste:
    return SpaceTaste(
        version=stored["version"],
        modes=tuple(Mode(decode_vector(mode["vector"]), mode["weight"], tuple(mode["exemplars"])) for mode in stored["modes"]),
        distaste=None if stored["distaste"] is None else decode_vector(stored["distaste"]),
    )
