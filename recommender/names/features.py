"""Names as sparse vectors, so that an index finds what was typed although a letter in each word is wrong.

A word's features are the word itself, the word without each of its letters, and its pieces of three letters. Two words that are one
edit apart share one of the former (Garbe's symmetric deletes: what one edit changes, one deletion on either side undoes), words with more
faults and beginnings of words share pieces. A whole title or artist is one feature more, so that what is called exactly so is found first.
"""

import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from recommender.names.words import core_of, words_of

# Chosen on samples of a real catalogue, drawn by other seeds than those of the benchmark: docs/search.md.
_WHOLE: Final = 2.0
_CORE: Final = 1.6
_WORD: Final = 1.0
_LESS_ONE: Final = 0.6
_PIECE: Final = 0.4
_ALBUM: Final = 0.5
# Between no penalty for long names (0) and cosine (1): a short name wins of two that hold the same words, but not by much.
_LENGTH: Final = 0.8
# Of two names that are as near, the more popular one is among the first.
_POPULAR: Final = 0.05
MOST_WORDS: Final = 24
_LONGEST_WORD: Final = 24

Features = dict[int, float]


def features_of(title: str, artists: Sequence[str], album: str | None, popularity: float) -> Features:
    """Return the sparse vector by which a track's names are found; empty for names without any sign.

    Parameters
    ----------
    popularity
        0 to 100.
    """
    wholes = [(words_of(title), _WHOLE), (words_of(core_of(title)), _CORE), *((words_of(artist), _WHOLE) for artist in artists)]
    named = [(f"={''.join(words)}", weight) for words, weight in wholes if words]
    words = {word for words, _ in wholes for word in words[:MOST_WORDS]}
    named += [pair for word in sorted(words) for pair in _features(word)]
    named += [(f"_{word}", _ALBUM) for word in words_of(album or "")[:MOST_WORDS]]
    weights = _greatest(named)
    length = math.sqrt(sum(weight * weight for weight in weights.values())) ** _LENGTH
    factor = (1.0 + _POPULAR * popularity / 100.0) / length if weights else 0.0
    return {feature: weight * factor for feature, weight in weights.items()}


def features_asked(words: Sequence[str]) -> Features:
    """Return the sparse vector of what was typed; its last word may be the beginning of one."""
    named = [(f"={''.join(words)}", _WHOLE)] if words else []
    words = words[:MOST_WORDS]
    named += [pair for word in words[:-1] for pair in _features(word, is_asked=True)]
    named += [pair for word in words[-1:] for pair in _features(word, is_asked=True, is_begun=True)]
    return _greatest(named)


def _features(word: str, *, is_asked: bool = False, is_begun: bool = False) -> Iterator[tuple[str, float]]:
    yield f"_{word}", _WORD
    if len(word) <= _LONGEST_WORD:
        yield f"-{word}", _LESS_ONE
        for at in range(len(word) if len(word) > 1 else 0):
            yield f"-{word[:at]}{word[at + 1 :]}", _LESS_ONE
    framed = f"^{word}" if is_begun else f"^{word}$"
    if len(word) == 1 or not is_asked:
        yield f"~{framed[:2]}", _PIECE
    for at in range(len(framed) - 2):
        yield f"~{framed[at : at + 3]}", _PIECE


def _greatest(named: Iterable[tuple[str, float]]) -> Features:
    """Number the features, the same in every process; of two with one number the greater weight counts."""
    weights: Features = {}
    for name, weight in named:
        number = zlib.crc32(name.encode())
        weights[number] = max(weight, weights.get(number, 0.0))
    return weights
