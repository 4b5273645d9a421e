"""What a track's point carries beside its vectors: the fields that filters and ranking read."""

from collections.abc import Mapping
from typing import Final

from recommender.filters import EVERYWHERE
from recommender.identity import fold
from recommender.names.features import Features, features_of
from recommender.tracks import Track

PayloadValue = str | int | float | list[str]
Payload = Mapping[str, PayloadValue]

# Every field that a condition may name, with the type of its payload index.
KEYWORD_FIELDS: Final = ("artists", "genres", "markets")
INTEGER_FIELDS: Final = ("explicit", "year", "duration_ms", "added_at", "key", "mode")
FLOAT_FIELDS: Final = (
    "popularity",
    "tempo",
    "energy",
    "danceability",
    "loudness",
    "acousticness",
    "instrumentalness",
    "brightness",
)
_WHOLE: Final = frozenset(INTEGER_FIELDS)


# What a track is found by in words: names are written anew where one of these fields has changed.
NAMED_FIELDS: Final = ("title", "artists", "album", "popularity")


def names_of(track: Track) -> Features:
    """Return the features that the names of a track's point are found by."""
    said = track.metadata
    return features_of(said.title, said.artists, said.album, said.popularity)


def payload_of(track: Track) -> dict[str, PayloadValue]:
    """Return the payload of a track's point; unknown values are left out, so that a condition on them fails.

    Booleans are stored as 0 and 1: an index that takes a boolean for an integer would never match them.
    """
    said = track.metadata
    known: dict[str, PayloadValue | None] = {
        "track_id": track.track_id,
        "title": said.title,
        "artists": [fold(name) for name in said.artists],
        "genres": [fold(name) for name in said.genres],
        "tags": [fold(name) for name in said.tags] or None,
        "album": fold(said.album) if said.album else None,
        "markets": [market.upper() for market in said.markets] or [EVERYWHERE],
        "explicit": int(said.explicit),
        "year": said.year,
        "duration_ms": said.duration_ms,
        "popularity": float(said.popularity),
        "added_at": int(track.added_at.timestamp()),
        **{name: int(value) if name in _WHOLE else float(value) for name, value in track.attributes.items()},
        **{f"{space}_version": version for space, version in track.versions.items()},
    }
    return {name: value for name, value in known.items() if value is not None}
