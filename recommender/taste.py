"""A taste: a user's vectors in the spaces, with their modes, and what was heard lately."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from embeddings.taste import Mode

HEARD_KEPT = 200


@dataclass(frozen=True, slots=True, eq=False)
class SpaceTaste:
    """A user's taste in one space, in one version of it.

    Attributes
    ----------
    modes
        Heaviest first, weights summing to 1; in ``collab`` one mode, the folded-in vector.
    distaste
        What was skipped and banned, as a unit vector; ``None`` without any.
    """

    version: str
    modes: tuple[Mode, ...]
    distaste: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taste:
    """All that is learned of a user.

    Attributes
    ----------
    spaces
        By space name; a space whose version is no longer served is not used.
    session
        By space name, what was liked in the current session: one mode (and the session's distaste), made with the session's half-life
        as of ``session_at``; empty without a session. Who reads it fades it from ``session_at`` to now.
    heard
        Track id to when it was last played, skipped, liked or saved, the latest 200.
    banned
        Tracks that never come back.
    plays
        Number of interactions it was made from.
    made_for_collab
        The model version that served when it was made, whether or not that version knew any of the tracks.
    """

    user: str
    updated_at: datetime
    spaces: Mapping[str, SpaceTaste] = field(default_factory=lambda: MappingProxyType({}))
    session: Mapping[str, SpaceTaste] = field(default_factory=lambda: MappingProxyType({}))
    session_at: datetime | None = None
    heard: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    banned: tuple[str, ...] = ()
    artists: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    genres: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    plays: int = 0
    made_for_collab: str | None = None
    revision: int = 0
