"""What was typed into a search, made fit to be understood."""

import unicodedata
from typing import Final

from recommender.errors import InvalidInput

LONGEST: Final = 500
# Control characters, half surrogate pairs, private and unassigned characters: nobody types them.
_REFUSED: Final = frozenset({"Cc", "Cs", "Co", "Cn"})


def checked_query(text: str) -> str:
    """Return a query with single plain spaces and without marks that only steer the writing's direction or joining.

    Raises
    ------
    InvalidInput
        If it is empty, longer than 500 characters or has control characters.
    """
    if len(text) > LONGEST:
        raise _invalid(f"q has {len(text)} characters, more than {LONGEST}")
    kinds = [unicodedata.category(character) for character in text]
    if not _REFUSED.isdisjoint(kinds):
        raise _invalid(f"q has control characters: {text[:40]!a}")
    plain = "".join(character for character, kind in zip(text, kinds, strict=True) if kind != "Cf")
    if not plain.strip():
        raise _invalid("q is empty")
    return " ".join(plain.split())


def _invalid(message: str) -> InvalidInput:
    return InvalidInput(message, code="invalid_query", field="q")
