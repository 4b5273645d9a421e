"""The words of a name as people type them: without case, accents, apostrophes and stage spelling."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from recommender.identity import fold

# Letters that no decomposition takes apart, but that people type without their stroke; apostrophes are dropped where they stand.
_PLAIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "þ": "th", "æ": "ae", "œ": "oe", "&": " and "}
    | dict.fromkeys("'’‘`´ʼ", "")  # noqa: RUF001  # the apostrophes that names are written with
)
_WORD: Final = re.compile(r"[^\W_]+")
_DOLLAR: Final = re.compile(r"(?<=[^\W\d_])\$|\$(?=[^\W\d_])")
_BANG: Final = re.compile(r"(?<=[^\W\d_])!(?=[^\W\d_])")
# Thai to Burmese, Khmer, kana and Han are written without spaces: each sign is a word of its own.
_UNSPACED: Final = re.compile("([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af])")
_TAIL: Final = re.compile(r"(?:\s+-|\s*[(\[]).*$")


@lru_cache(maxsize=16_384)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name; of one without a letter or digit, such as ``!`` or ``÷``, its signs as they stand between spaces.

    ``Ke$ha`` is ``kesha``, ``Don't`` is ``dont``, ``Simon & Garfunkel`` is ``simon and garfunkel``.
    """
    folded = _plain(name.lower()) if name.isascii() else fold(name).translate(_PLAIN)
    if "$" in folded or "!" in folded:
        folded = _BANG.sub("i", _DOLLAR.sub("s", folded))
    return tuple(_WORD.findall(folded if folded.isascii() else _UNSPACED.sub(r" \1 ", folded))) or _signs(folded)


def is_worded(text: str) -> bool:
    """Tell whether a text has a letter or digit: only then it means anything beyond being called so."""
    return _WORD.search(text) is not None


def _signs(folded: str) -> tuple[str, ...]:
    # Without what only dresses a sign, such as the selector that makes a heart red.
    shown = ("".join(sign for sign in part if unicodedata.category(sign)[0] not in "MC") for part in folded.split())
    return tuple(part for part in shown if part)


def _plain(name: str) -> str:
    """Do what the table does, for names of plain letters: three short searches instead of one look for every letter."""
    return name.replace("'", "").replace("`", "").replace("&", " and ")


def core_of(title: str) -> str:
    """Return a title without what follows in brackets or after a dash, such as guests and editions; the whole if nothing is left."""
    if "-" not in title and "(" not in title and "[" not in title:
        return title
    core = _TAIL.sub("", title)
    return core if words_of(core) else title
