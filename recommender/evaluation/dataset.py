"""A data set to evaluate on: who played what in three parts, what is known of the tracks, and the acts that are learned from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.listening import Listening, Split, listening
from recommender.interactions import Interaction, Kind
from recommender.tastes.confidence import track_weight
from recommender.tracks import Metadata

# Shares of the acts of a log, by time: what comes after the first is validated on, what comes after the second is reported.
VALIDATED_FROM: Final = 0.7
REPORTED_FROM: Final = 0.8
# A track is liked from this confidence on (as training counts it).
_LIKED: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """What an evaluation works on.

    Attributes
    ----------
    users, tracks
        Names by number, as the split numbers them.
    acts
        The acts of the first part, the oldest first.
    known
        Metadata by track name, for those of which anything is known.
    now
        The moment at which is asked: just after the last act that is learned from.
    """

    users: tuple[str, ...]
    tracks: tuple[str, ...]
    split: Split
    acts: tuple[Interaction, ...]
    now: datetime
    known: Mapping[str, Metadata] = field(default_factory=lambda: MappingProxyType({}))

    def metadata(self, track: int) -> Metadata:
        """Return what is known of a track; one of which nothing is known has its name for a title."""
        name = self.tracks[track]
        return self.known.get(name) or Metadata(title=name)


def of_split(split: Split, known: Mapping[str, Metadata], *, now: datetime) -> Dataset:
    """Return the data set of three lists of pairs: each pair to learn from is one whole play, all at the same moment."""
    users = tuple(f"user-{number}" for number in range(split.train.n_users))
    tracks = tuple(str(number) for number in range(split.train.n_tracks))
    acts = tuple(
        Interaction(interaction_id=f"{user}.{track}", user=users[user], track_id=tracks[track], kind=Kind.PLAY, at=now, share=1.0)
        for user, track in zip(split.train.users.tolist(), split.train.tracks.tolist(), strict=True)
    )
    return Dataset(users, tracks, split, acts, now, known)


def of_log(acts: Sequence[Interaction], known: Mapping[str, Metadata]) -> Dataset:
    """Split a log by time: learn from the first 70 % of the acts, choose by the next 10 %, report the last 20 %.

    Held out is what a user liked on the whole in a part and had not come across before it.

    Raises
    ------
    InvalidInput
        If all acts happened at one moment, so that there is no past to learn from.
    """
    told = sorted(acts, key=lambda act: (act.at, act.interaction_id))
    moments = [told[int(len(told) * share)].at for share in (VALIDATED_FROM, REPORTED_FROM)] if told else []
    past = [act for act in told if act.at < moments[0]] if told else []
    if not past:
        raise InvalidInput(f"{len(told)} acts at one moment have no past to learn from", code="no_past")
    users, tracks = (tuple(sorted({getattr(act, side) for act in told})) for side in ("user", "track_id"))
    numbers = ({name: at for at, name in enumerate(users)}, {name: at for at, name in enumerate(tracks)})
    parts = (past, [act for act in told if moments[0] <= act.at < moments[1]], [act for act in told if act.at >= moments[1]])
    heard = [{(numbers[0][act.user], numbers[1][act.track_id]) for act in part} for part in parts]
    liked = [_liked(part, numbers) for part in parts[1:]]
    shape = {"n_users": len(users), "n_tracks": len(tracks)}
    valid, test = liked[0] - heard[0], liked[1] - heard[0] - heard[1]
    return Dataset(
        users,
        tracks,
        Split(*(listening(_pairs(part), **shape) for part in (heard[0], valid, test))),
        tuple(past),
        past[-1].at,
        known,
    )


def genres_of(data: Dataset, *, most: int = 200) -> NDArray[np.float64]:
    """Return each track's shares of the commonest genres and tags, shape (n_tracks, at most ``most``), zeros where none is known."""
    said = [dict.fromkeys((*one.genres, *one.tags)) for one in map(data.metadata, range(len(data.tracks)))]
    carriers: dict[str, int] = {}
    for names in said:
        for name in names:
            carriers[name] = carriers.get(name, 0) + 1
    columns = {name: at for at, name in enumerate(sorted(carriers, key=lambda name: (-carriers[name], name))[:most])}
    shares = np.zeros((len(said), len(columns)))
    for row, names in enumerate(said):
        kept = [columns[name] for name in names if name in columns]
        shares[row, kept] = 1.0 / max(1, len(kept))
    return shares


def masked(train: Listening, users: Sequence[int]) -> list[NDArray[np.intp]]:
    """Return, for each user, the tracks that are never ranked: those learned from."""
    return [train.of(user) for user in users]


def _liked(acts: Sequence[Interaction], numbers: tuple[dict[str, int], dict[str, int]]) -> set[tuple[int, int]]:
    by_pair: dict[tuple[int, int], list[Interaction]] = {}
    for act in acts:
        by_pair.setdefault((numbers[0][act.user], numbers[1][act.track_id]), []).append(act)
    return {pair for pair, told in by_pair.items() if track_weight(told, now=told[-1].at) > _LIKED}


def _pairs(pairs: set[tuple[int, int]]) -> NDArray[np.intp]:
    return np.array(sorted(pairs), np.intp).reshape(-1, 2)
