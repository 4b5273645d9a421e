"""The log in numbers: every act that training counts as one short row, so that memory follows users and not plays."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.interactions import Interaction, Kind
from recommender.tastes.confidence import weight_of

# What one user may contribute: the latest acts, so that nobody bends the factors alone.
ACTS_OF_A_USER: Final = 1000
# The latest acts of all users together: 2.1 GB as rows. What is older is left out, and the manifest says from when on was read.
MOST_ACTS: Final = 100_000_000
_PAGE: Final = 50_000
_ROW: Final = np.dtype([("user", "i4"), ("track", "i4"), ("at", "f8"), ("weight", "f4"), ("is_play", "?")])

Rows = NDArray[np.void]


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """The acts that count, the oldest first, with users and tracks numbered in the order of their ids.

    Attributes
    ----------
    rows
        Shape (n_acts,), fields ``user``, ``track``, ``at`` (seconds since 1970), ``weight`` (see ``recommender.tastes.confidence``) and
        ``is_play``.
    read
        How many acts the log told, counted or not.
    """

    users: tuple[str, ...]
    tracks: tuple[str, ...]
    rows: Rows
    read: int

    def at_share(self, share: float) -> float:
        """Return the moment before which this share of the acts happened."""
        place = min(int(len(self.rows) * share), len(self.rows) - 1)
        return float(np.sort(self.rows["at"])[place])

    def since(self, moment: float) -> int:
        """Return how many acts happened at this moment or later."""
        return int((self.rows["at"] >= moment).sum())


def read(acts: Iterable[Interaction], *, of_user: int = ACTS_OF_A_USER, most: int = MOST_ACTS, page: int = _PAGE) -> Ledger:
    """Read acts, the oldest first, keeping each user's latest ones; private ones are passed over.

    Never more than twice the rows that are kept in the end are held at once, however long the log is.

    Parameters
    ----------
    page
        Acts taken from the log at once.
    """
    users: dict[str, int] = {}
    tracks: dict[str, int] = {}
    kept = np.empty(0, _ROW)
    waiting: list[Rows] = []
    count = 0
    for told in _pages((act for act in acts if not act.private), page):
        count += len(told)
        waiting.append(_rows(told, users, tracks))
        if sum(len(rows) for rows in waiting) > len(kept) + page:
            kept, waiting = _latest([kept, *waiting], of_user=of_user, most=most), []
    kept = _latest([kept, *waiting], of_user=of_user, most=most)
    kept["user"], user_names = _renumbered(kept["user"], users)
    kept["track"], track_names = _renumbered(kept["track"], tracks)
    return Ledger(user_names, track_names, kept, count)


def _pages(acts: Iterable[Interaction], size: int) -> Iterator[list[Interaction]]:
    told = iter(acts)
    while page := list(islice(told, size)):
        yield page


def _rows(acts: Sequence[Interaction], users: dict[str, int], tracks: dict[str, int]) -> Rows:
    return np.array(
        [
            (
                users.setdefault(act.user, len(users)),
                tracks.setdefault(act.track_id, len(tracks)),
                act.at.timestamp(),
                weight_of(act),
                act.kind is Kind.PLAY,
            )
            for act in acts
        ],
        _ROW,
    )


def _latest(pieces: Sequence[Rows], *, of_user: int, most: int) -> Rows:
    """Return the latest rows of each user and of all together, in their order."""
    rows = np.concatenate(pieces)
    order = np.argsort(rows["user"], kind="stable")
    grouped = rows["user"][order]
    ends = np.searchsorted(grouped, grouped, side="right")
    is_late = ends - np.arange(len(rows)) <= of_user
    return rows[np.sort(order[is_late])][-most:]


def _renumbered(numbers: NDArray[np.int32], known: dict[str, int]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Return the numbers in the order of names, of those that occur, and the names."""
    names = list(known)
    occurring = sorted(names[number] for number in np.unique(numbers))
    place = {name: at for at, name in enumerate(occurring)}
    table = np.array([place.get(name, -1) for name in names], np.int32)
    return table[numbers] if len(table) else numbers, tuple(occurring)
