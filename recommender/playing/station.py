"""Where a radio stands: what it started from and what it has played, small enough to travel in a link."""

import base64
import binascii
import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from recommender.errors import InvalidInput
from recommender.pages.asking import Seeds

# A station remembers so many of its latest tracks. Four bytes each make links of at most some 6,000 characters; gateways take 8,000.
REMEMBERED: Final = 1000
# The latest tracks that are known by their ids, to drift from and to flow on from.
LATEST: Final = 5
_VERSION: Final = 1
_LARGEST: Final = 64_000
_HEAD: Final = struct.Struct(">BH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A radio between two pages.

    Attributes
    ----------
    seeds
        The anchor, which it never loses.
    latest
        Ids of the last few tracks, in the order in which they played.
    played
        Fingerprints of the latest thousand, oldest first. Two tracks share one with a chance of 1 in 4 thousand million.
    rounds
        How often it started over because everything had been played.
    """

    seeds: Seeds
    latest: tuple[str, ...] = ()
    played: tuple[int, ...] = ()
    rounds: int = 0

    def has_played(self, track_id: str, *, known: frozenset[int] | None = None) -> bool:
        """Tell whether it remembers a track; ``known`` is ``frozenset(played)``, for who asks many times."""
        return fingerprint(track_id) in (self.played if known is None else known)

    def then(self, track_ids: Sequence[str]) -> "Station":
        """Return the station after these tracks."""
        played = (*self.played, *(fingerprint(track_id) for track_id in track_ids))[-REMEMBERED:]
        return replace(self, latest=(*self.latest, *track_ids)[-LATEST:], played=played)

    def started_over(self) -> "Station":
        """Return the station with its memory cleared of all but the last few tracks."""
        return replace(self, played=tuple(fingerprint(track_id) for track_id in self.latest), rounds=self.rounds + 1)

    def token(self) -> str:
        """Return it as a word that can stand in a link."""
        told = {
            "seeds": [dict(names) for names in (self.seeds.tracks, self.seeds.artists, self.seeds.genres)],
            "latest": self.latest,
            "rounds": self.rounds,
        }
        head = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        blob = _HEAD.pack(_VERSION, len(head)) + head + struct.pack(f">{len(self.played)}I", *self.played)
        return base64.urlsafe_b64encode(zlib.compress(blob, 9)).decode().rstrip("=")

    @classmethod
    def of_token(cls, token: str) -> "Station":
        """Return the station that a token stands for.

        Raises
        ------
        InvalidInput
            If no radio ended a page with it.
        """
        try:
            return _read(_unpacked(token))
        except (ValueError, TypeError, KeyError, binascii.Error, zlib.error, struct.error) as error:
            raise InvalidInput(f"no radio gave the token {token[:40]!r}", code="invalid_cursor", field="after") from error


def fingerprint(track_id: str) -> int:
    """Return 32 bits that stand for a track."""
    return int.from_bytes(hashlib.blake2b(track_id.encode(), digest_size=4).digest(), "big")


def unplayed(track_ids: Iterable[str], station: Station) -> list[str]:
    """Return those of the tracks that the station does not remember."""
    known = frozenset(station.played)
    return [track_id for track_id in track_ids if not station.has_played(track_id, known=known)]


def _unpacked(token: str) -> bytes:
    packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    reader = zlib.decompressobj()
    blob = reader.decompress(packed, _LARGEST)
    if not reader.eof or reader.unused_data:
        raise zlib.error(f"{len(packed)} bytes are not one whole token")
    return blob


def _read(blob: bytes) -> Station:
    version, length = _HEAD.unpack_from(blob)
    told: Mapping[str, Any] = json.loads(blob[_HEAD.size : _HEAD.size + length])
    rest = blob[_HEAD.size + length :]
    tracks, artists, genres = ({str(name): float(weight) for name, weight in names.items()} for names in told["seeds"])
    if version != _VERSION or len(rest) % 4 or len(rest) > 4 * REMEMBERED or len(told["latest"]) > LATEST:
        raise struct.error(f"version {version} with {len(rest)} bytes")
    return Station(
        seeds=Seeds(tracks=tracks, artists=artists, genres=genres),
        latest=tuple(str(track_id) for track_id in told["latest"]),
        played=struct.unpack(f">{len(rest) // 4}I", rest),
        rounds=int(told["rounds"]),
    )
