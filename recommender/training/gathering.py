"""Gather the log into confidences of users in tracks, split by time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from recommender.confidence import track_weight
from recommender.evaluation.listening import Listening, listening
from recommender.interactions import Interaction

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# What one user may contribute: the latest acts, so that nobody bends the factors alone.
ACTS_OF_A_USER: Final = 1000
_LEAST_LIKED: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Who likes what, numbered.

    Attributes
    ----------
    rows, columns, confidences
        Shape (n_pairs,): user, track and positive confidence of each pair.
    """

    users: tuple[str, ...]
    tracks: tuple[str, ...]
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    confidences: NDArray[np.float32]
    acts: int

    def matrix(self) -> "csr_matrix":
        """Return the confidences, shape (n_users, n_tracks)."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - light functions read models without scipy

        shape = (len(self.users), len(self.tracks))
        return csr_matrix((self.confidences, (self.rows, self.columns)), shape=shape)

    def listening(self) -> Listening:
        """Return the distinct pairs."""
        pairs = np.column_stack([self.rows, self.columns]).reshape(-1, 2)
        return listening(pairs, n_users=len(self.users), n_tracks=len(self.tracks))


def gather(acts: Iterable[Interaction], *, now: datetime, users: tuple[str, ...] = (), tracks: tuple[str, ...] = ()) -> Gathered:
    """Sum up interactions by user and track; only what is liked on the whole becomes a pair.

    Parameters
    ----------
    users, tracks
        Numbering to use; who is not in it is left out. Empty numbers everything that occurs, in the order of ids.
    """
    by_user: defaultdict[str, list[Interaction]] = defaultdict(list)
    for act in acts:
        if not act.private:
            by_user[act.user].append(act)
    weighed: dict[tuple[str, str], float] = {}
    count = 0
    for user, told in by_user.items():
        latest = sorted(told, key=lambda act: (act.at, act.interaction_id))[-ACTS_OF_A_USER:]
        count += len(latest)
        of_tracks: defaultdict[str, list[Interaction]] = defaultdict(list)
        for act in latest:
            of_tracks[act.track_id].append(act)
        weighed |= {(user, track_id): track_weight(of_track, now=now) for track_id, of_track in of_tracks.items()}
    liked = {pair: weight for pair, weight in weighed.items() if weight > _LEAST_LIKED}
    user_names = users or tuple(sorted({user for user, _ in liked}))
    track_names = tracks or tuple(sorted({track_id for _, track_id in liked}))
    return _numbered(liked, user_names, track_names, count)


def _numbered(liked: dict[tuple[str, str], float], users: tuple[str, ...], tracks: tuple[str, ...], acts: int) -> Gathered:
    row_of, column_of = ({name: at for at, name in enumerate(names)} for names in (users, tracks))
    known = sorted(
        (row_of[user], column_of[track], weight) for (user, track), weight in liked.items() if user in row_of and track in column_of
    )
    return Gathered(
        users=users,
        tracks=tracks,
        rows=np.array([row for row, _, _ in known], dtype=np.intp),
        columns=np.array([column for _, column, _ in known], dtype=np.intp),
        confidences=np.array([weight for _, _, weight in known], dtype=np.float32),
        acts=acts,
    )
