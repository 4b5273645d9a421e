"""Tags written into audio files: Vorbis comments into FLAC and Ogg Vorbis, ID3 into WAV and MP3.

Only what the demo's own files need, which the encoder has just written without any tags.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

Tags = Mapping[str, Sequence[str]]
"""The values of each tag, by the name that Vorbis comments give it."""

# The ID3v2.4 frame of each name; every other name goes into a frame of the user's own (id3.org/id3v2.4.0-frames, section 4.2).
_FRAMES: Final = {
    "title": "TIT2",
    "artist": "TPE1",
    "album": "TALB",
    "date": "TDRC",
    "genre": "TCON",
    "mood": "TMOO",
    "tracknumber": "TRCK",
}
_UTF_8: Final = b"\x03"
_FLAC_COMMENT: Final = 4
_FLAC_LAST: Final = 0x80
# An Ogg page (RFC 3533, section 6): its head, and where the checksum lies in it.
_PAGE_HEAD: Final = struct.Struct("<4sBBqIIIB")
_CHECKSUM_AT: Final = 22
_POLYNOMIAL: Final = 0x04C11DB7
_CONTINUED: Final = 1


def tagged(audio: bytes, tags: Tags) -> bytes:
    """Return a file's bytes with tags in them; its kind is known by how it begins."""
    if audio.startswith(b"fLaC"):
        return _in_flac(audio, tags)
    if audio.startswith(b"OggS"):
        return _in_ogg(audio, tags)
    if audio.startswith(b"RIFF"):
        return _in_wav(audio, tags)
    return _id3(tags) + audio


def _comments(tags: Tags) -> bytes:
    """Return tags as a Vorbis comment block (xiph.org/vorbis/doc/v-comment.html), without the framing bit."""
    texts = [b"segue", *(f"{name}={value}".encode() for name, values in tags.items() for value in values)]
    vendor, *listed = (struct.pack("<I", len(text)) + text for text in texts)
    return vendor + struct.pack("<I", len(listed)) + b"".join(listed)


def _in_flac(audio: bytes, tags: Tags) -> bytes:
    """Put the comments behind the first block, which tells how to read the audio, and in place of any others."""
    blocks, start, last = [], 4, False
    while not last:
        (head,) = struct.unpack_from(">I", audio, start)
        kind, size = head >> 24, head & 0xFFFFFF
        last = bool(kind & _FLAC_LAST)
        blocks.append((kind & ~_FLAC_LAST, audio[start + 4 : start + 4 + size]))
        start += 4 + size
    kept = [blocks[0], (_FLAC_COMMENT, _comments(tags)), *(block for block in blocks[1:] if block[0] != _FLAC_COMMENT)]
    marks = [0] * (len(kept) - 1) + [_FLAC_LAST]
    written = (struct.pack(">I", (kind | mark) << 24 | len(block)) + block for (kind, block), mark in zip(kept, marks, strict=True))
    return b"fLaC" + b"".join(written) + audio[start:]


def _in_wav(audio: bytes, tags: Tags) -> bytes:
    """Append a chunk that holds an ID3 tag; chunks begin at even places."""
    tag = _id3(tags)
    chunk = b"\0" * (len(audio) % 2) + b"id3 " + struct.pack("<I", len(tag)) + tag + b"\0" * (len(tag) % 2)
    return audio[:4] + struct.pack("<I", len(audio) + len(chunk) - 8) + audio[8:] + chunk


def _id3(tags: Tags) -> bytes:
    frames = b"".join(_frame(name, values) for name, values in tags.items())
    return b"ID3\x04\0\0" + _seven_bits_a_byte(len(frames)) + frames


def _frame(name: str, values: Sequence[str]) -> bytes:
    described = [] if name in _FRAMES else [name.upper()]
    text = _UTF_8 + "\0".join([*described, *values]).encode()
    return _FRAMES.get(name, "TXXX").encode() + _seven_bits_a_byte(len(text)) + b"\0\0" + text


def _seven_bits_a_byte(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def _in_ogg(audio: bytes, tags: Tags) -> bytes:
    """Replace the second of the three packets that open a Vorbis stream; the audio begins on a page of its own behind them."""
    pages = list(_pages_of(audio))
    ends, packet = 0, b""
    opening: list[bytes] = []
    while len(opening) < 3:
        page = pages[ends]
        body = _PAGE_HEAD.size + page[26]
        for lace in page[_PAGE_HEAD.size : body]:
            packet += page[body : body + lace]
            body += lace
            if lace < 255:
                opening.append(packet)
                packet = b""
        ends += 1
    comments = b"\x03vorbis" + _comments(tags) + b"\x01"
    *_, serial, _, _, _ = _PAGE_HEAD.unpack_from(pages[0])
    headers = [pages[0], *_paged(comments, opening[2], serial=serial)]
    rest = (_numbered(page, len(headers) + place) for place, page in enumerate(pages[ends:]))
    return b"".join([*headers, *rest])


def _pages_of(audio: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(audio):
        laces = start + _PAGE_HEAD.size
        end = laces + audio[start + 26]
        end += sum(audio[laces:end])
        yield audio[start:end]
        start = end


def _paged(*packets: bytes, serial: int) -> Iterator[bytes]:
    """Yield pages that hold packets, the first of them the second page of its stream."""
    laces = [lace for packet in packets for lace in (*[255] * (len(packet) // 255), len(packet) % 255)]
    body = b"".join(packets)
    for place in range(0, len(laces), 255):
        held = bytes(laces[place : place + 255])
        continued = _CONTINUED if place and laces[place - 1] == 255 else 0
        ends = any(lace < 255 for lace in held)
        head = _PAGE_HEAD.pack(b"OggS", 0, continued, 0 if ends else -1, serial, 1 + place // 255, 0, len(held))
        yield _checked(head + held + body[: sum(held)])
        body = body[sum(held) :]


def _numbered(page: bytes, number: int) -> bytes:
    written = struct.pack("<I", number)
    return page if page[18:22] == written else _checked(page[:18] + written + page[22:])


def _checked(page: bytes) -> bytes:
    """Return a page with its checksum, a CRC-32 that is neither reflected nor inverted, taken while its own place holds zeros."""
    blank = page[:_CHECKSUM_AT] + bytes(4) + page[_CHECKSUM_AT + 4 :]
    checksum = 0
    for byte in blank:
        checksum = (checksum << 8 & 0xFFFFFFFF) ^ _CHECKSUMS[checksum >> 24 ^ byte]
    return page[:_CHECKSUM_AT] + struct.pack("<I", checksum) + page[_CHECKSUM_AT + 4 :]


def _checksum_of(byte: int) -> int:
    checksum = byte << 24
    for _ in range(8):
        checksum = (checksum << 1 & 0xFFFFFFFF) ^ (_POLYNOMIAL if checksum & 0x80000000 else 0)
    return checksum


_CHECKSUMS: Final = tuple(_checksum_of(byte) for byte in range(256))
