"""Where each tensor of a safetensors file lies, so that it can be mapped in place.

The format: eight bytes of little-endian header length, a JSON header, then the tensors' raw little-endian bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embeddings.errors import ArtefactInvalid


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One float32 tensor of a file: its shape, and its first byte and length in bytes."""

    shape: tuple[int, ...]
    offset: int
    length: int


def tensor_layout(path: Path) -> Mapping[str, StoredTensor]:
    """Read where the float32 tensors of ``path`` lie; tensors of other types are left out.

    Raises
    ------
    ArtefactInvalid
        If the file is missing or is not in the safetensors format.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            # A hostile length must not be read: no header comes near the file's own size.
            header = json.loads(file.read(min(length, path.stat().st_size)))
        return {
            name: _stored(entry["shape"], entry["data_offsets"], 8 + length)
            for name, entry in header.items()
            if entry.get("dtype") == "F32"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtefactInvalid(f"{path} is not a safetensors file: {error}") from error


def _stored(shape: list[int], offsets: list[int], start: int) -> StoredTensor:
    first, end = offsets
    return StoredTensor(tuple(shape), start + first, end - first)
