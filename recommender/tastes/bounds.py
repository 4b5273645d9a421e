"""How much room each part of a taste has, so that a whole taste is stored in less than 64 KB whatever its names are."""

from collections.abc import Sequence
from typing import Final

EXEMPLARS_BYTES: Final = 480
HEARD_BYTES: Final = 14_000
BANNED_BYTES: Final = 8_000
NAMES_BYTES: Final = 3_000
# What JSON adds to a name in a mapping at most: quotes, colon, comma, and a moment of 17 digits or a share of 8.
_BESIDE: Final = 22


def fitting(names: Sequence[str], *, most_bytes: int) -> tuple[str, ...]:
    """Return the first names that fit into ``most_bytes`` of JSON, each counted as long as it can become there.

    A letter beyond ASCII, a quote or a backslash is counted as the six bytes of its longest escape.
    """
    joined = "".join(names)
    if len(joined) * (1 if _is_plain(joined) else 12) + _BESIDE * len(names) <= most_bytes:
        return tuple(names)
    kept: list[str] = []
    left = most_bytes
    for name in names:
        left -= _BESIDE + sum(1 if _is_plain(letter) else 12 if ord(letter) > 0xFFFF else 6 for letter in name)
        if left < 0:
            break
        kept.append(name)
    return tuple(kept)


def _is_plain(text: str) -> bool:
    return text.isascii() and '"' not in text and "\\" not in text and text.isprintable()
