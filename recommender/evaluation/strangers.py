"""New users: some listeners are kept out of training, and asked for by a few tracks of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.dataset import Dataset
from recommender.evaluation.listening import Listening
from recommender.evaluation.protocol import Lists, measure, rank
from recommender.interactions import Interaction

# One listener of so many is a stranger, and names so many tracks.
ONE_OF: Final = 5
PICKS: Final = 3
CUTOFF: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Strangers:
    """One draw of listeners who are new to the product.

    Attributes
    ----------
    known
        The data set without the acts of the strangers. Its split still tells what they trained with, which is never ranked for them.
    picks
        By stranger, tracks of the training part; strangers without any are left out.
    """

    known: Dataset
    picks: Mapping[int, NDArray[np.intp]]

    def judged(self, held_out: Listening) -> NDArray[np.intp]:
        """Return the strangers with something held out, rising."""
        return np.array(sorted(user for user in self.picks if held_out.counts[user]), np.intp)

    def plays(self, all_acts: Sequence[Interaction]) -> list[Interaction]:
        """Return the acts by which the strangers played their picks."""
        names = {self.known.users[user]: {self.known.tracks[track] for track in tracks} for user, tracks in self.picks.items()}
        return [act for act in all_acts if act.track_id in names.get(act.user, ())]

    def by_popularity(self, users: Sequence[int] | NDArray[np.integer]) -> Lists:
        """Return for each stranger the tracks that most of the others play."""
        train = self.known.split.train
        played = np.bincount(train.tracks[~np.isin(train.users, list(self.picks))], minlength=train.n_tracks).astype(np.float64)
        return np.vstack([rank(played[None, :], [train.of(int(user))], k=CUTOFF) for user in users])

    def ndcg(self, users: NDArray[np.integer], lists: Lists, held_out: Listening) -> float:
        """Return NDCG@20 of the strangers' lists."""
        return float(measure(users, lists, self.known.split.train, held_out, cutoffs=(CUTOFF,))[f"ndcg@{CUTOFF}"])


def strangers_of(data: Dataset, *, seed: int) -> Strangers:
    """Draw a fifth of the users, and three random tracks of each that they trained with, or all if there are fewer."""
    rng, train = np.random.default_rng(seed), data.split.train
    drawn = rng.permutation(train.n_users)[: train.n_users // ONE_OF]
    picks = {int(user): rng.choice(tracks, min(PICKS, len(tracks)), replace=False) for user in drawn if len(tracks := train.of(int(user)))}
    names = {data.users[user] for user in drawn.tolist()}
    return Strangers(replace(data, acts=tuple(act for act in data.acts if act.user not in names)), picks)


def times(found: Sequence[float], first: Sequence[float]) -> dict[str, float | None]:
    """Return how many times the first figure the other is: ``mean`` over draws, its standard ``error`` (none of one draw), ``least``."""
    ratios = np.asarray(found) / np.asarray(first)
    error = float(ratios.std(ddof=1) / np.sqrt(len(ratios))) if len(ratios) > 1 else None
    return {"mean": float(ratios.mean()), "error": error, "least": float(ratios.min())}
