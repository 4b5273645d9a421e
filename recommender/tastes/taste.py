"""A taste: a user's vectors in the spaces, with their modes, and what was heard lately."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from embeddings.taste import Mode

HEARD_KEPT = 200


@dataclass(frozen=True, slots=True, eq=False)
class SpaceTaste:
    """A user's taste in one space, in one version of it.

    Attributes
    ----------
    modes
        Heaviest first, weights summing to 1; in ``collab`` one mode, the folded-in vector.
    distastes
        What was skipped and banned, in up to three directions, the strongest first. The weight of each is its own strength between 0 and
        1 (a lone early skip is 0.23, a ban 0.67), not a share, and what is liked nearby has been taken off it.
    """

    version: str
    modes: tuple[Mode, ...]
    distastes: tuple[Mode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taste:
    """All that is learned of a user.

    Attributes
    ----------
    spaces
        By space name; a space whose version is no longer served is not used.
    session
        By space name, what was liked and disliked in the latest session: at most one mode, and the session's distastes, made with the
        session's half-life as of ``session_at``; empty without a session. Who reads it fades it from ``session_at`` to now by
        ``recommender.tastes.session.strength``.
    session_at
        When the latest act of the session happened.
    heard
        Track id to when it was last played, skipped, liked or saved, the latest 200.
    banned
        Tracks that do not come back, and until when: ``None`` for never. The latest that fit into a bounded taste.
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
    banned: Mapping[str, datetime | None] = field(default_factory=lambda: MappingProxyType({}))
    artists: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    genres: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    plays: int = 0
    made_for_collab: str | None = None
    revision: int = 0
