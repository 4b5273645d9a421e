"""How like a track's names what was typed is: exactly them, all of its words, their beginnings, or all that with typing errors.

Words and whole names are compared by optimal string alignment (Damerau, "A technique for computer detection and correction of spelling
errors", CACM 1964, with each pair of letters exchanged at most once), which counts a transposition as one fault.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.names.features import MOST_WORDS
from recommender.names.words import core_of, words_of

# Of the likeness of an inexact name: how much the whole of it tells, and how much the words that were typed.
_WHOLE: Final = 0.6
_WORDS: Final = 0.4
# A title that goes on as it was begun comes before one that holds the words somewhere.
_BEGUN: Final = 0.15
# What is said of a title in brackets may be left out, but a title without is the better answer.
_CORE: Final = 0.97
_ALBUM: Final = 0.9
_SAME_WORD: Final = 0.5
_PREFIX: Final = 0.95
_MOST_ARTISTS: Final = 4
# A name with at most so many faults is taken for what was meant: one fault in each word of three letters.
_TYPED: Final = 0.6
Floats = NDArray[np.float64]


class Match(IntEnum):
    """Name how what was typed fits a track's names, the higher the better."""

    NONE = 0
    NEAR = 1
    BEGINNING = 2
    WORDS = 3
    NAME = 4
    TITLE_AND_ARTIST = 5


@dataclass(frozen=True, slots=True)
class Names:
    """What a track, its artists and its album are called."""

    title: str
    artists: tuple[str, ...] = ()
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How what was typed fits, how much of it does, and whether it is the title letter by letter.

    Attributes
    ----------
    share
        0 to 1; where nothing fits as a whole, the share of what was typed that is in words of the names.
    """

    match: Match
    share: float
    is_verbatim: bool


def resemblances(typed: str, candidates: Sequence[Names]) -> list[Resemblance]:
    """Return how like each candidate what was typed is, in their order.

    A misspelt name is ``NEAR`` only if one of the typed words is none that a candidate has: ``sad piano`` does not mean Bad Piano.
    """
    asked = words_of(typed)
    if not asked or not candidates:
        return [Resemblance(Match.NONE, 0.0, is_verbatim=False) for _ in candidates]
    spelled = [_spelled(names.title, names.artists[:_MOST_ARTISTS], names.album) for names in candidates]
    inexact = _inexact(asked, spelled)
    found, whole = [], "".join(asked)
    for names, one, near in zip(candidates, spelled, inexact, strict=True):
        exact = _exact(whole, one)
        found.append(near if exact is None else Resemblance(exact, 1.0, _is_verbatim(typed, names.title)))
    return found


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A candidate's names as strings without spaces, and its words; the last of these are the album's alone.

    Both lists begin with an empty string, which is like nothing, so that none of them is empty.
    """

    title: str
    both: tuple[str, ...]
    either: tuple[str, ...]
    wholes: tuple[str, ...]
    whole_factors: tuple[float, ...]
    words: tuple[str, ...]
    word_factors: tuple[float, ...]


# Some 2 kB each, and made anew they are most of the time that a comparison takes. Strings in tuples: garbage collections pass over them.
@lru_cache(maxsize=32_768)
def _spelled(title: str, artists: tuple[str, ...], album: str | None) -> _Spelled:
    words, credited_words = words_of(title), [credit for artist in artists if (credit := words_of(artist))]
    shorter = core_of(title)
    full = "".join(words)
    core = full if shorter == title else "".join(words_of(shorter))
    named = ["".join(credit) for credit in credited_words]
    credited = dict.fromkeys([*named, "".join(named)] if named else ())
    both = tuple(_pairs(full, credited))
    either = tuple(name for name in (full, *credited) if name)
    wholes = {"": 0.0} | dict.fromkeys((*both, *either), 1.0)
    for whole in (core, *_pairs(core, credited)) if core != full else ():
        wholes.setdefault(whole, _CORE)
    own = {"": 0.0} | dict.fromkeys((*words, *(word for credit in credited_words for word in credit)), 1.0)
    for word in words_of(album)[:MOST_WORDS] if album else ():
        own.setdefault(word, _ALBUM)
    return _Spelled(full, both, either, tuple(wholes), tuple(wholes.values()), tuple(own), tuple(own.values()))


def _pairs(title: str, credited: Iterable[str]) -> list[str]:
    return [pair for artist in credited for pair in (title + artist, artist + title)] if title else []


def _exact(asked: str, one: _Spelled) -> Match | None:
    if asked in one.both:
        return Match.TITLE_AND_ARTIST
    return Match.NAME if asked in one.either else None


def _is_verbatim(typed: str, title: str) -> bool:
    """Tell whether what was typed has the title as it is written, alone or beside an artist."""
    framed = f" {' '.join(typed.split())} "
    written = f" {' '.join(title.split())} "
    return framed.startswith(written) or framed.endswith(written)


def _inexact(asked: Sequence[str], spelled: Sequence[_Spelled]) -> list[Resemblance]:
    """Compare as a whole and word by word: every typed word with every word of a candidate, the best of which counts."""
    whole = "".join(asked)
    wholes = _wholes(whole, spelled)
    is_title = np.array([one.title.startswith(whole) for one in spelled])
    asked = asked[:MOST_WORDS]
    vocabulary = {word: at for at, word in enumerate(dict.fromkeys(word for one in spelled for word in one.words))}
    alike = _likeness(asked, list(vocabulary))
    begun = np.zeros_like(alike)
    begun[-1, [at for word, at in vocabulary.items() if word.startswith(asked[-1])]] = _PREFIX
    columns = np.array([vocabulary[word] for one in spelled for word in one.words])
    factors = np.array([factor for one in spelled for factor in one.word_factors])
    starts = _starts([len(one.words) for one in spelled])
    is_word = np.logical_or.reduceat(alike[:, columns] == 1.0, starts, axis=1)
    is_begun = np.logical_or.reduceat(begun[:, columns] > 0.0, starts, axis=1)
    best = np.maximum.reduceat(np.maximum(np.where(alike < _SAME_WORD, 0.0, alike), begun)[:, columns] * factors, starts, axis=1)
    lengths = np.array([len(word) for word in asked])
    held = lengths @ best / lengths.sum()
    shares = (_WHOLE * wholes + _WORDS * held + _BEGUN * is_title) / (_WHOLE + _WORDS + _BEGUN)
    is_misspelt = not (is_word | is_begun).any(axis=1).all()
    is_near = is_misspelt & (np.maximum(wholes, np.where(best.min(axis=0) > 0.0, held, 0.0)) >= _TYPED)
    matches = np.where(is_near, Match.NEAR, Match.NONE)
    matches = np.where((is_word | is_begun).all(axis=0) | is_title, Match.BEGINNING, matches)
    matches = np.where(is_word.all(axis=0), Match.WORDS, matches)
    shares = np.where(matches == Match.NONE, lengths @ is_word / lengths.sum(), shares)
    kinds = tuple(Match)
    return [Resemblance(kinds[match], share, is_verbatim=False) for match, share in zip(matches.tolist(), shares.tolist(), strict=True)]


def _wholes(asked: str, spelled: Sequence[_Spelled]) -> Floats:
    """Return how like the nearest of each candidate's whole names is to all that was typed."""
    alike = _likeness([asked], [whole for one in spelled for whole in one.wholes])[0]
    weighed = alike * np.array([factor for one in spelled for factor in one.whole_factors])
    return np.maximum.reduceat(weighed, _starts([len(one.wholes) for one in spelled]))


def _starts(lengths: Sequence[int]) -> NDArray[np.intp]:
    return np.cumsum([0, *lengths[:-1]])


def _likeness(asked: Sequence[str], words: Sequence[str]) -> Floats:
    """Return 1 less the share of letters that are wrong, shape (asked, words)."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - functions that never search must not load it
    from rapidfuzz.process import cdist  # noqa: PLC0415 - as above

    return np.asarray(cdist(asked, words, scorer=OSA.normalized_similarity, dtype=np.float64))
