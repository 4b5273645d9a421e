"""Gather a period of the log into confidences of users in tracks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.listening import Listening, listening
from recommender.training.ledger import Ledger

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Which tracks go together stays true for longer than what one listener is in the mood for (60 days, ``recommender.tastes.confidence``).
TRAINED_HALF_LIFE_DAYS: Final = 365.0
LEAST_LIKED: Final = 0.1
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Who likes what, numbered as in the ledger, sorted by user and then by track.

    Attributes
    ----------
    rows, columns, confidences
        Shape (n_pairs,): user, track and positive confidence of each pair.
    n_users, n_tracks
        Of the ledger; some of them may have no pair here.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    confidences: NDArray[np.float32]
    n_users: int
    n_tracks: int

    @property
    def listeners(self) -> NDArray[np.intp]:
        """How many users like each track, shape (n_tracks,)."""
        return np.bincount(self.columns, minlength=self.n_tracks)

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where each user's pairs start, shape (n_users + 1,)."""
        return np.searchsorted(self.rows, np.arange(self.n_users + 1))

    def matrix(self) -> "csr_matrix":
        """Return the confidences, shape (n_users, n_tracks)."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - light functions read models without scipy

        return csr_matrix((self.confidences, (self.rows, self.columns)), shape=(self.n_users, self.n_tracks))

    def listening(self) -> Listening:
        """Return the pairs without their confidences."""
        return listening(np.column_stack([self.rows, self.columns]).reshape(-1, 2), n_users=self.n_users, n_tracks=self.n_tracks)

    def without(self, other: "Gathered") -> "Gathered":
        """Return the pairs that ``other`` does not have."""
        is_new = ~np.isin(self._keys(), other._keys())  # noqa: SLF001 - of the same class
        return Gathered(self.rows[is_new], self.columns[is_new], self.confidences[is_new], self.n_users, self.n_tracks)

    def _keys(self) -> NDArray[np.int64]:
        return self.rows.astype(np.int64) * self.n_tracks + self.columns


def gather(
    ledger: Ledger,
    *,
    since: float = -np.inf,
    before: float = np.inf,
    half_life_days: float = TRAINED_HALF_LIFE_DAYS,
    now: float | None = None,
    least: float = LEAST_LIKED,
) -> Gathered:
    """Sum up a period by user and track, as ``recommender.tastes.confidence.track_weight`` does; only what is liked on the whole is a pair.

    Parameters
    ----------
    since, before
        The period, in seconds since 1970; ``before`` does not belong to it.
    half_life_days
        ``recommender.tastes.confidence.HALF_LIFE_DAYS`` for the weights with which the product folds a user in.
    now
        When the ages are counted from: the period's last act if it is left out, so that an old log teaches as a fresh one does.
    least
        Confidence above which a track is liked; ``-inf`` for all that was heard.
    """
    rows = ledger.rows[(ledger.rows["at"] >= since) & (ledger.rows["at"] < before)]
    moment = float(rows["at"].max()) if now is None and len(rows) else now or 0.0
    ages = np.maximum(0.0, (moment - rows["at"]) / _DAY_S)
    faded = rows["weight"] * 0.5 ** (ages / half_life_days)
    pairs, of_pair = np.unique(rows["user"].astype(np.int64) * len(ledger.tracks) + rows["track"], return_inverse=True)
    adds_up = rows["is_play"] & (faded > 0)
    plays = np.bincount(of_pair, weights=np.where(adds_up, faded, 0.0), minlength=len(pairs))
    explicit = np.bincount(of_pair, weights=np.where(adds_up, 0.0, faded), minlength=len(pairs))
    confidences = np.log2(1.0 + plays) + explicit
    liked = confidences > least
    users, tracks = np.divmod(pairs[liked], max(1, len(ledger.tracks)))
    return Gathered(users, tracks, confidences[liked].astype(np.float32), len(ledger.users), len(ledger.tracks))
