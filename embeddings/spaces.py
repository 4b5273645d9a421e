"""The spaces in which tracks and tastes live, and the slots of the index that hold them.

A space is where an embedding lives; a slot is one named vector of a track's point. Spaces whose embedder can be replaced while
requests are served have two slots: a new version is written into the idle one and then served in one switch.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

AUDIO_DIM: Final = 144
TEXT_DIM: Final = 384
COLLAB_DIM: Final = 128


class Space(StrEnum):
    """Name where an embedding lives."""

    AUDIO = "audio"
    TEXT = "text"
    COLLAB = "collab"


class Distance(StrEnum):
    """Name how two vectors of a space are compared; higher is nearer for both."""

    COSINE = "cosine"
    DOT = "dot"


@dataclass(frozen=True, slots=True)
class Slot:
    """One named vector of a track's point: which space it serves, its width and how it is compared."""

    name: str
    space: Space
    dim: int
    distance: Distance


SLOTS: Final = MappingProxyType(
    {
        slot.name: slot
        for slot in (
            Slot("audio_a", Space.AUDIO, AUDIO_DIM, Distance.COSINE),
            Slot("audio_b", Space.AUDIO, AUDIO_DIM, Distance.COSINE),
            Slot("text", Space.TEXT, TEXT_DIM, Distance.COSINE),
            Slot("collab_a", Space.COLLAB, COLLAB_DIM, Distance.DOT),
            Slot("collab_b", Space.COLLAB, COLLAB_DIM, Distance.DOT),
        )
    }
)


def idle_slot(serving: str) -> str:
    """Return the slot beside ``serving``, where the next version of its space is written.

    Raises
    ------
    KeyError
        If ``serving`` is not a slot of a space with two slots.
    """
    return {"audio_a": "audio_b", "audio_b": "audio_a", "collab_a": "collab_b", "collab_b": "collab_a"}[serving]
