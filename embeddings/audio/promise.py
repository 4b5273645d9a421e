"""Whether a container holds what its headers promise: libsndfile itself mends a cut WAV, AIFF or Ogg file in silence."""

from pathlib import Path
from typing import BinaryIO, Final

USABLE_SHARE: Final = 0.9
# Writers that cannot go back (pipes) leave one of these instead of a size.
_UNKNOWN: Final = frozenset({0, 0x7FFFFFFF, 0xFFFFFFFF})
_SIZE_ENDS: Final = 8
_PAGE_HEADER: Final = 27
_LONGEST_PAGE: Final = 65_307


def broken_promise(source: Path | BinaryIO) -> str | None:
    """Say what is missing of the bytes that the container's headers promise; ``None`` if nothing of weight is.

    WAV and AIFF carry their size, and may lack a tenth of it. An Ogg file tells no size, but each of its pages does: one
    that ends inside a page was cut, and nothing says how much of it is lost.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _missing(file)
    reason = _missing(source)
    source.seek(0)
    return reason


def _missing(file: BinaryIO) -> str | None:
    size = file.seek(0, 2)
    file.seek(0)
    header = file.read(_SIZE_ENDS)
    if header[:4] == b"OggS":
        return _missing_page(file, size)
    if header[:4] == b"RIFF":
        return _missing_share(int.from_bytes(header[4:], "little"), size)
    if header[:4] == b"FORM":
        return _missing_share(int.from_bytes(header[4:], "big"), size)
    return None


def _missing_share(promised: int, size: int) -> str | None:
    if promised in _UNKNOWN or size - _SIZE_ENDS >= USABLE_SHARE * promised:
        return None
    return f"only {(size - _SIZE_ENDS) / promised:.0%} of the bytes that the header promises are in the file"


def _missing_page(file: BinaryIO, size: int) -> str | None:
    # RFC 3533, section 6: 27 bytes, the last of them the count of segments, then one size a segment, then the segments
    file.seek(max(0, size - _LONGEST_PAGE))
    tail = file.read()
    page = tail[max(0, tail.rfind(b"OggS")) :]
    segments = page[_PAGE_HEADER - 1] if len(page) >= _PAGE_HEADER else 0
    table = page[_PAGE_HEADER : _PAGE_HEADER + segments]
    whole = len(page) >= _PAGE_HEADER and len(table) == segments and len(page) >= _PAGE_HEADER + segments + sum(table)
    return None if whole else "the file ends inside an Ogg page"
