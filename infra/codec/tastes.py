"""The stored form of a taste: vectors as base64 of half-precision floats with a scale, moments as microseconds."""

import base64
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.taste import Mode
from infra.codec.moments import to_microseconds, to_moment
from recommender.tastes.taste import SpaceTaste, Taste

_SCALE: Final = struct.Struct("<f")


def encode_taste(taste: Taste) -> dict[str, Any]:
    """Return a taste as JSON values, at most 64 KB of JSON."""
    (stored,) = encode_tastes([taste])
    return stored


def encode_tastes(tastes: Sequence[Taste]) -> Iterator[dict[str, Any]]:
    """Yield the stored forms of tastes, whose vectors are packed together: a few calls for all of them instead of five for each."""
    packed = iter(encode_vectors([mode.vector for taste in tastes for mode in _modes(taste)]))
    for taste in tastes:
        yield _encode(taste, packed)


def _modes(taste: Taste) -> Iterator[Mode]:
    """Yield the modes in the order in which ``_encode`` comes by them."""
    for space in (*taste.spaces.values(), *taste.session.values()):
        yield from space.modes
        yield from space.distastes


def _encode(taste: Taste, packed: Iterator[str]) -> dict[str, Any]:
    return {
        "user": taste.user,
        "updated_at": to_microseconds(taste.updated_at),
        "spaces": {name: _encode_space(space, packed) for name, space in taste.spaces.items()},
        "session": {name: _encode_space(space, packed) for name, space in taste.session.items()},
        "session_at": _encode_moment(taste.session_at),
        "heard": {track_id: to_microseconds(at) for track_id, at in taste.heard.items()},
        "banned": {track_id: _encode_moment(until) for track_id, until in taste.banned.items()},
        "artists": _encode_shares(taste.artists),
        "genres": _encode_shares(taste.genres),
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
        session_at=_decode_moment(stored["session_at"]),
        heard={track_id: to_moment(at) for track_id, at in stored["heard"].items()},
        banned={track_id: _decode_moment(until) for track_id, until in stored["banned"].items()},
        artists=stored["artists"],
        genres=stored["genres"],
        plays=stored["plays"],
        made_for_collab=stored["made_for_collab"],
        revision=stored["revision"],
    )


def encode_vectors(vectors: Sequence[NDArray[np.float32]]) -> list[str]:
    """Return each vector's largest absolute value and its values over that in half precision, as base64.

    A direction keeps its cosines to some 1e-7, and a vector of any length fits into the narrow range of half precision.
    """
    by_width: defaultdict[int, list[int]] = defaultdict(list)
    for at, vector in enumerate(vectors):
        by_width[len(vector)].append(at)
    encoded = [""] * len(vectors)
    for places in by_width.values():
        rows = np.stack([vectors[at] for at in places])
        scales = np.maximum(rows.max(axis=1), -rows.min(axis=1)).astype("<f4")
        scales[scales == 0] = 1
        halves = (rows / scales[:, None]).astype("<f2")
        packed = np.concatenate([scales[:, None].view(np.uint8), halves.view(np.uint8)], axis=1)
        for at, row in zip(places, packed, strict=True):
            encoded[at] = base64.b64encode(row).decode("ascii")
    return encoded


def decode_vector(stored: str) -> NDArray[np.float32]:
    """Return the vector, read-only."""
    packed = base64.b64decode(stored)
    (scale,) = _SCALE.unpack_from(packed)
    vector = np.frombuffer(packed, dtype="<f2", offset=_SCALE.size).astype(np.float32) * np.float32(scale)
    vector.flags.writeable = False
    return vector


def _encode_space(space: SpaceTaste, packed: Iterator[str]) -> dict[str, Any]:
    return {
        "version": space.version,
        "modes": [_encode_mode(mode, next(packed)) for mode in space.modes],
        "distastes": [_encode_mode(mode, next(packed)) for mode in space.distastes],
    }


def _decode_space(stored: dict[str, Any]) -> SpaceTaste:
    return SpaceTaste(
        version=stored["version"],
        modes=tuple(_decode_mode(mode) for mode in stored["modes"]),
        distastes=tuple(_decode_mode(mode) for mode in stored["distastes"]),
    )


def _encode_mode(mode: Mode, vector: str) -> dict[str, Any]:
    return {
        "vector": vector,
        "weight": round(float(mode.weight), 6),
        "exemplars": list(mode.exemplars),
        "since": _encode_moment(mode.since),
    }


def _decode_mode(stored: dict[str, Any]) -> Mode:
    return Mode(decode_vector(stored["vector"]), stored["weight"], tuple(stored["exemplars"]), _decode_moment(stored["since"]))


def _encode_shares(shares: Mapping[str, float]) -> dict[str, float]:
    return {name: round(share, 6) for name, share in shares.items()}


def _encode_moment(moment: datetime | None) -> int | None:
    return None if moment is None else to_microseconds(moment)


def _decode_moment(stored: int | None) -> datetime | None:
    return None if stored is None else to_moment(stored)
