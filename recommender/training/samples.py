"""What changes for ten listeners, told without telling who they are or what only a few play."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.crowds import FEWEST_LISTENERS
from recommender.training.contest import Contest
from recommender.training.judging import DEPTH, Exam

LISTENERS: Final = 10
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """A listener without a name: the size of the history, how many of the first twenty stay, and tracks that come and go.

    Attributes
    ----------
    comes, goes
        Tracks of this version's list alone and of the rival's alone, best first; only tracks with ten distinct listeners or more.
    """

    known: int
    stays: int
    comes: tuple[str, ...]
    goes: tuple[str, ...]


def samples(
    contest: Contest, exam: Exam, listeners: NDArray[np.integer], tracks: Sequence[str], *, fewest: int = FEWEST_LISTENERS
) -> list[Sample]:
    """Return ten listeners from the least to the most active, beside the serving version or, where nothing serves, popularity.

    Parameters
    ----------
    listeners
        Shape (n_tracks,), how many users like each track.
    fewest
        Listeners that a track needs to be named.
    """
    rival = contest.serving or contest.popularity
    known = exam.heard.counts[exam.users]
    order = np.argsort(known, kind="stable")
    chosen = order[np.unique(np.linspace(0, len(order) - 1, min(LISTENERS, len(order))).astype(np.intp))] if len(order) else order
    told = []
    for place in chosen:
        ours, theirs = (lists[place][lists[place] >= 0] for lists in (contest.candidate.lists, rival.lists))
        comes, goes = (_told(one[~np.isin(one, other)], listeners, tracks, fewest) for one, other in ((ours, theirs), (theirs, ours)))
        told.append(Sample(int(known[place]), int(np.isin(ours, theirs).sum()), comes, goes))
    return told


def named(found: Sequence[Sample]) -> set[str]:
    """Return the ids of all tracks that the samples name."""
    return {track_id for sample in found for track_id in (*sample.comes, *sample.goes)}


def sentences(found: Sequence[Sample], titles: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """Return one row a listener: who, how much stays, what comes, what goes; tracks without a title are gone and left out."""
    return [
        (
            f"listener {number} ({_history(sample.known)})",
            f"{sample.stays} of {DEPTH}",
            "; ".join(titles[track_id] for track_id in sample.comes if track_id in titles) or "nothing that enough others play",
            "; ".join(titles[track_id] for track_id in sample.goes if track_id in titles) or "nothing that enough others play",
        )
        for number, sample in enumerate(found, 1)
    ]


def _history(known: int) -> str:
    """Return how much a listener knows in steps of ten: an exact number would help to find them in the log."""
    return f"{known // 10 * 10} tracks or more" if known >= 10 else "fewer than 10 tracks"


def _told(columns: NDArray[np.intp], listeners: NDArray[np.integer], tracks: Sequence[str], fewest: int) -> tuple[str, ...]:
    return tuple(tracks[column] for column in columns if listeners[column] >= fewest)[:_NAMED]
