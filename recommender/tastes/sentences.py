"""Tastes in words: how music sounds, how much, since when, as a sentence for the listener."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from embeddings.spaces import Space
from recommender.tracks import Track


class _Scale(NamedTuple):
    """From which mean value on an attribute is worth a word, at its low and its high end."""

    low: float
    low_word: str
    high: float
    high_word: str


# Bounds in each attribute's own unit (see embeddings.audio.ATTRIBUTES); what lies between them is not remarkable.
_SCALES: Final[Mapping[str, _Scale]] = {
    "tempo": _Scale(90.0, "slow", 130.0, "fast"),
    "energy": _Scale(0.35, "calm", 0.65, "energetic"),
    "danceability": _Scale(-1.0, "", 0.65, "danceable"),
    "acousticness": _Scale(-1.0, "", 0.65, "acoustic"),
    "instrumentalness": _Scale(0.3, "with voice", 0.65, "instrumental"),
    "brightness": _Scale(0.2, "dark", 0.6, "bright"),
    "loudness": _Scale(-22.0, "quiet", -9.0, "loud"),
}
_KIND: Final = {
    Space.AUDIO: "sounds like {tracks}",
    Space.TEXT: "is close in style to {tracks}",
    Space.COLLAB: "is what people play who play {tracks}",
}
_NAMED: Final = 2


def attributes_of(tracks: Sequence[Track]) -> tuple[str, ...]:
    """Return the words for how tracks sound on average: ``("fast", "energetic", "instrumental")``."""
    words = []
    for name, scale in _SCALES.items():
        values = [track.attributes[name] for track in tracks if name in track.attributes]
        mean = sum(values) / len(values) if values else None
        if mean is not None and not scale.low < mean < scale.high:
            words.append(scale.low_word if mean <= scale.low else scale.high_word)
    return tuple(words)


def genres_of(tracks: Sequence[Track]) -> tuple[str, ...]:
    """Return up to three genres that most of the tracks have, the most common first."""
    counted = Counter(genre for track in tracks for genre in track.metadata.genres)
    return tuple(genre for genre, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:3])


def liking(space: Space, weight: float, tracks: Sequence[Track], since: datetime | None) -> str:
    """Return a mode as a sentence."""
    share = f"{round(100 * weight)} %" if weight >= 0.01 else "Less than 1 %"
    return f"{share} of what you like {_described(space, tracks)}{_since(since)}."


def disliking(space: Space, weight: float, tracks: Sequence[Track], since: datetime | None) -> str:
    """Return a distaste as a sentence."""
    turn = "strongly turn away" if weight >= 0.6 else "turn away a little" if weight < 0.3 else "turn away"
    return f"You {turn} from what {_described(space, tracks)}{_since(since)}."


def lately(space: Space, _weight: float, tracks: Sequence[Track], _since: datetime | None) -> str:
    """Return what a session is about as a sentence."""
    return f"What you like right now {_described(space, tracks)}."


def _described(space: Space, tracks: Sequence[Track]) -> str:
    named = [f"{track.metadata.title} by {', '.join(track.metadata.artists) or 'an unknown artist'}" for track in tracks[:_NAMED]]
    words = [", ".join(told) for told in (attributes_of(tracks), genres_of(tracks)) if told]
    return _KIND[space].replace("{tracks}", " and ".join(named)) + (f" ({'; '.join(words)})" if words else "")


def _since(since: datetime | None) -> str:
    return f", since {since:%Y-%m-%d}" if since is not None else ""
