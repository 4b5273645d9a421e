"""Calibration: a page has the genres that its user plays, in the user's proportions (Steck, "Calibrated recommendations", RecSys 2018)."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.pages.asking import Candidate
from recommender.pages.segments import genres_of

# Steck's alpha: how much of the wanted mix is blended into a page's, so that a genre it lacks costs much, not infinitely much.
MIX: Final = 0.01
# Smaller shares are less than one place of a page.
MOST_GENRES: Final = 12


class Calibration:
    """The mix that is wanted, and how far a page strays from it with each candidate.

    Parameters
    ----------
    wanted
        Shape (n_genres,), positive shares that add up to 1.
    rows
        Shape (n_candidates, n_genres), each candidate's shares, adding up to 1; all zero without any of these genres.
    """

    def __init__(self, wanted: NDArray[np.float64], rows: NDArray[np.float64]) -> None:
        self._wanted = wanted
        self._rows = rows
        self._shown = np.zeros(len(wanted))
        self._surprise = float(wanted @ np.log(wanted))

    def add(self, row: int) -> None:
        """Count a candidate as chosen."""
        self._shown = self._shown + self._rows[row]

    def divergences(self) -> NDArray[np.float64]:
        """Return for each candidate how far a page of the chosen ones and itself would be from the wanted mix, in nats.

        The Kullback-Leibler divergence of equation 3: 0 for the mix itself, 4.6 for a page with none of its genres.
        """
        shown = self._shown + self._rows
        total = np.maximum(shown.sum(axis=1), 1e-12)
        mixed = (1.0 - MIX) * shown / total[:, None] + MIX * self._wanted
        return np.asarray(self._surprise - np.log(mixed) @ self._wanted, dtype=np.float64)


def calibration_to(mix: Mapping[str, float], candidates: Sequence[Candidate]) -> Calibration | None:
    """Return the calibration to a user's mix of genres, as far as the candidates have them; ``None`` if they have none of it."""
    present = {genre for one in candidates for genre in genres_of(one.payload)}
    shares_of = {genre: share for genre, share in mix.items() if share > 0 and genre in present}
    wanted = dict(sorted(shares_of.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_GENRES])
    if len(wanted) < 2:
        return None
    place = {genre: at for at, genre in enumerate(wanted)}
    rows = np.zeros((len(candidates), len(place)))
    for at, one in enumerate(candidates):
        genres = genres_of(one.payload)
        for genre in genres:
            if genre in place:
                rows[at, place[genre]] = 1.0 / len(genres)
    shares = np.array(list(wanted.values()))
    return Calibration(shares / shares.sum(), rows)
