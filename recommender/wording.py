"""What people say of a track as words that factors are learned from: its kinds of music, and who made it."""

from collections.abc import Sequence

from embeddings.collaborative.content import Content, ranked
from recommender.identity import fold
from recommender.payload import Payload
from recommender.tracks import Metadata


def content_of(said: Sequence[Metadata]) -> Content:
    """Return the words and the popularity of tracks; genres and tags count by their order, because people name what fits best first."""
    return Content([_words((*one.genres, *one.tags), one.artists) for one in said], [one.popularity for one in said])


def content_in(payloads: Sequence[Payload]) -> Content:
    """Return the same of points of the index."""
    words = [_words((*_names(one, "genres"), *_names(one, "tags")), _names(one, "artists")) for one in payloads]
    return Content(words, [_number(one.get("popularity")) for one in payloads])


def _words(kinds: Sequence[str], artists: Sequence[str]) -> dict[str, float]:
    return ranked([f"tag:{fold(name)}" for name in kinds]) | {f"artist:{fold(name)}": 1.0 for name in artists}


def _names(payload: Payload, field: str) -> list[str]:
    found = payload.get(field)
    return found if isinstance(found, list) else []


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
