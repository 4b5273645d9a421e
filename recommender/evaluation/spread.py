"""What ranked lists do beside hitting: how much of the catalogue they show, how novel, diverse, even and true to a user they are.

A list is a row of track numbers, the best first; -1 stands for a place that could not be filled.
"""

import numpy as np
from numpy.typing import NDArray

Lists = NDArray[np.integer]
Floats = NDArray[np.floating]

# Share of the user's own genres mixed into a list's, so that a genre absent from it costs much, not infinitely much.
_CALIBRATION_MIX = 0.01


def coverage(lists: Lists, n_tracks: int) -> float:
    """Return the share of the catalogue that is in at least one list, 0 to 1."""
    return float((_exposure(lists, n_tracks) > 0).mean())


def gini(lists: Lists, n_tracks: int) -> float:
    """Return how unevenly the catalogue is shown: 0 if every track equally often, (n - 1) / n if only one of n ever is."""
    exposure = np.sort(_exposure(lists, n_tracks))
    if not exposure.any():
        return 0.0
    ranks = np.arange(1, n_tracks + 1)
    return float(((2 * ranks - n_tracks - 1) * exposure).sum() / (n_tracks * exposure.sum()))


def novelty(lists: Lists, plays: NDArray[np.integer], n_users: int) -> float:
    """Return the mean surprise of the tracks shown, in bits: -log2 of the share of users who know one.

    The self-information of Zhou et al. (PNAS 2010). A track that nobody has played counts as though one user had.

    Parameters
    ----------
    plays
        Shape (n_tracks,), how many users played each.
    """
    shown = lists[lists >= 0]
    if not len(shown):
        return 0.0
    return float(-np.log2(np.maximum(plays[shown], 1) / n_users).mean())


def intra_list_diversity(lists: Lists, vectors: Floats) -> float:
    """Return the mean of 1 - cosine over all pairs of a list, then over lists of at least two (Ziegler et al., WWW 2005).

    Parameters
    ----------
    vectors
        Shape (n_tracks, d), of any length; a track with a zero vector is like no other.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0.0, lengths, 1.0)
    return float(np.mean([_diversity(unit[row[row >= 0]]) for row in lists if (row >= 0).sum() > 1] or [0.0]))


def calibration(lists: Lists, histories: list[NDArray[np.integer]], genres: Floats) -> float:
    """Return how far lists stray from the genres that users listen to: mean divergence in bits, 0 for a perfect mirror.

    Steck, "Calibrated Recommendations" (RecSys 2018), with alpha 0.01 and every place of a list weighing alike.

    Parameters
    ----------
    histories
        For each list, the tracks its user played.
    genres
        Shape (n_tracks, n_genres), each row the track's shares of genres, adding up to 1 or all zero.
    """
    figures = [
        _divergence(wanted / wanted.sum(), shown / shown.sum())
        for row, history in zip(lists, histories, strict=True)
        if (wanted := genres[history].sum(axis=0)).any() and (shown := genres[row[row >= 0]].sum(axis=0)).any()
    ]
    return float(np.mean(figures or [0.0]))


def _exposure(lists: Lists, n_tracks: int) -> NDArray[np.intp]:
    return np.bincount(lists[lists >= 0], minlength=n_tracks)


def _diversity(unit: Floats) -> float:
    """Return the mean of 1 - cosine over pairs; the sum over pairs follows from the length of the sum of the rows."""
    count = len(unit)
    alike = (np.square(unit.sum(axis=0)).sum() - np.square(unit).sum()) / (count * (count - 1))
    return float(1.0 - alike)


def _divergence(wanted: Floats, shown: Floats) -> float:
    mixed = (1.0 - _CALIBRATION_MIX) * shown + _CALIBRATION_MIX * wanted
    there = wanted > 0.0
    return float((wanted[there] * np.log2(wanted[there] / mixed[there])).sum())
