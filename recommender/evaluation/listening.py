"""Who played what, in the format that published benchmarks use: one line a user, ``user track track …``, numbered from 0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput


@dataclass(frozen=True, slots=True, eq=False)
class Listening:
    """Distinct pairs of user and track, sorted by user and then by track.

    Attributes
    ----------
    starts
        Shape (n_users + 1,): where each user's tracks start.
    tracks
        Shape (n_pairs,).
    n_tracks
        Size of the catalogue, which may be more than was played here.
    """

    starts: NDArray[np.intp]
    tracks: NDArray[np.intp]
    n_tracks: int

    @property
    def n_users(self) -> int:
        """Number of users, with or without plays."""
        return len(self.starts) - 1

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many tracks each user played, shape (n_users,)."""
        return np.diff(self.starts)

    @property
    def plays(self) -> NDArray[np.intp]:
        """How many users played each track, shape (n_tracks,)."""
        return np.bincount(self.tracks, minlength=self.n_tracks)

    @property
    def users(self) -> NDArray[np.intp]:
        """The user of each pair, shape (n_pairs,)."""
        return np.repeat(np.arange(self.n_users), self.counts)

    def of(self, user: int) -> NDArray[np.intp]:
        """Return the tracks of a user, rising."""
        return self.tracks[self.starts[user] : self.starts[user + 1]]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One log in three parts over the same users and tracks: learn from the first, choose by the second, report the third."""

    train: Listening
    valid: Listening
    test: Listening


def read_split(train: Iterable[str], valid: Iterable[str], test: Iterable[str]) -> Split:
    """Read the three files' lines; users and tracks are numbered alike in all of them.

    Raises
    ------
    InvalidInput
        If a line holds anything but whole numbers from 0, naming file and line.
    """
    pairs = [_pairs(lines, name) for lines, name in ((train, "train"), (valid, "valid"), (test, "test"))]
    n_users, n_tracks = (1 + max(int(part[:, side].max(initial=-1)) for part in pairs) for side in (0, 1))
    return Split(*(listening(part, n_users=n_users, n_tracks=n_tracks) for part in pairs))


def listening(pairs: NDArray[np.intp], *, n_users: int, n_tracks: int) -> Listening:
    """Sort pairs of user and track, shape (n, 2), each counted once."""
    distinct = np.unique(pairs, axis=0)
    starts = np.searchsorted(distinct[:, 0], np.arange(n_users + 1))
    return Listening(starts, distinct[:, 1], n_tracks)


def _pairs(lines: Iterable[str], name: str) -> NDArray[np.intp]:
    rows = [_numbers(line, f"{name}, line {place}") for place, line in enumerate(lines, 1) if line.strip()]
    users = np.repeat([row[0] for row in rows], [len(row) - 1 for row in rows])
    tracks = [track for row in rows for track in row[1:]]
    return np.column_stack([users, tracks]).astype(np.intp).reshape(-1, 2)


def _numbers(line: str, place: str) -> Sequence[int]:
    words = line.split()
    wrong = next((word for word in words if not (word.isascii() and word.isdigit())), None)
    if wrong is not None:
        raise InvalidInput(f"{place}: {wrong!r} is not a whole number from 0.", code="bad_listening")
    return [int(word) for word in words]
