"""How things are named: which ids are accepted, and how names fold into keys that compare equal."""

import re
import unicodedata
import uuid
from typing import Final

from recommender.errors import InvalidInput

LONGEST_ID: Final = 128
# A name-based namespace of Segue's own: changing it would move every point of every index.
_POINTS: Final = uuid.UUID("6f3a0c5e-43f1-5d6b-9a0e-5e6775650001")

# Controls, spaces, soft hyphens, signs of no width, directions and marks, as a class of a regular expression. What Python calls
# printable depends on its age: signs that Unicode has assigned since, or to nobody, are let through here.
FORMLESS: Final = r"\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb"
LEGIBLE: Final = f"^[^{FORMLESS}]+( +[^{FORMLESS}]+)*$"
# half a surrogate pair is in no text that came as UTF-8
_LEGIBLE: Final = re.compile(LEGIBLE.replace("\\x00", "\\ud800-\\udfff\\x00"))


def checked_id(value: str, *, field: str) -> str:
    """Return ``value`` if it is 1 to 128 printable characters, without spaces at its ends.

    Raises
    ------
    InvalidInput
        Otherwise, naming ``field``.
    """
    if not 1 <= len(value) <= LONGEST_ID:
        raise InvalidInput(f"{field} must have 1 to {LONGEST_ID} characters, this has {len(value)}", code="invalid_id", field=field)
    if not is_legible(value):
        raise InvalidInput(f"{field} must be printable, without spaces at its ends: {value[:40]!r}", code="invalid_id", field=field)
    return value


def is_legible(value: str) -> bool:
    """Tell whether an id shows as what it is: no controls, no signs without a form, no spaces but plain ones, and those not at its ends."""
    return _LEGIBLE.fullmatch(value) is not None


def point_id(track_id: str) -> str:
    """Return the name-based UUID of a track's point, so that an upsert repeated lands on the same point."""
    return str(uuid.uuid5(_POINTS, track_id))


def fold(name: str) -> str:
    """Return ``name`` lower-cased, without accents and with single spaces: the key under which names compare equal."""
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())
