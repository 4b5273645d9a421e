"""What is known of tracks beside who plays them: the words (genres, tags, makers) said of each, and how widely each is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What is said of each track of a training, in the order of its track vectors.

    Attributes
    ----------
    words
        For each track, word to weight, positive; empty where nothing is said. The scale of the weights within a track matters alone.
    popularity
        For each track 0 to 100, as the catalogue's owner gives it; empty where none is given.
    """

    words: Sequence[Mapping[str, float]]
    popularity: Sequence[float] = ()


def ranked(words: Sequence[str]) -> dict[str, float]:
    """Return words that stand in order of importance with weights that fall with the root of the rank; the first mention counts."""
    return {word: (1.0 + rank) ** -0.5 for rank, word in enumerate(dict.fromkeys(words))}
