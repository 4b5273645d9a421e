"""How well rivals serve kinds of listeners and kinds of tracks, not only the mean listener."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.listening import Listening, listening
from recommender.evaluation.metrics import recall_at
from recommender.training.contest import Contest
from recommender.training.judging import DEPTH, METRIC, Exam, Judged

# A listener with so few known tracks is new, the quarter with the least popular history is niche, and the fifth most played tracks
# are the head.
NEW_TRACKS: Final = 5
NICHE_QUANTILE: Final = 0.25
HEAD_SHARE: Final = 0.2
RECALL: Final = f"recall@{DEPTH}"


@dataclass(frozen=True, slots=True)
class Segment:
    """One kind of listeners or tracks, how many listeners the figures are means of, and what each rival reaches with them."""

    name: str
    metric: str
    listeners: int
    figures: dict[str, float]


def segments(contest: Contest, exam: Exam, listeners: NDArray[np.integer]) -> list[Segment]:
    """Return a figure of each rival for each segment that has listeners.

    Parameters
    ----------
    listeners
        Shape (n_tracks,), how many users liked each track before.
    """
    rivals = rivals_of(contest)
    histories = [exam.heard.of(user) for user in exam.users]
    known = np.array([len(history) for history in histories])
    popularity = np.array([np.median(np.log1p(listeners[history])) for history in histories])
    niche = popularity <= np.quantile(popularity, NICHE_QUANTILE) if len(popularity) else popularity.astype(np.bool_)
    kinds = [
        (f"new listeners (up to {NEW_TRACKS} tracks known)", known <= NEW_TRACKS),
        (f"listeners with more than {NEW_TRACKS} tracks known", known > NEW_TRACKS),
        ("niche listeners (the quarter with the least popular history)", niche),
        ("listeners of what is popular (the others)", ~niche),
    ]
    head = np.zeros(len(listeners), np.bool_)
    head[np.argsort(-listeners, kind="stable")[: int(np.ceil(HEAD_SHARE * len(listeners)))]] = True
    by_track = [("head tracks (the fifth most played)", head), ("tail tracks (the others)", ~head)]
    found = [_of_listeners(name, chosen, rivals) for name, chosen in kinds]
    found += [_of_tracks(name, chosen, rivals, exam) for name, chosen in by_track]
    return [segment for segment in found if segment.listeners]


def rivals_of(contest: Contest) -> dict[str, Judged]:
    """Return the rivals by the names under which a report shows them."""
    served = {} if contest.serving is None else {"serving": contest.serving}
    return {"this version": contest.candidate, **served, "popularity": contest.popularity}


def _of_listeners(name: str, chosen: NDArray[np.bool_], rivals: dict[str, Judged]) -> Segment:
    figures = {rival: float(judged.ndcg[chosen].mean()) if chosen.any() else 0.0 for rival, judged in rivals.items()}
    return Segment(name, METRIC, int(chosen.sum()), figures)


def _of_tracks(name: str, chosen: NDArray[np.bool_], rivals: dict[str, Judged], exam: Exam) -> Segment:
    wanted = _narrowed(exam.later, chosen)
    asked = np.flatnonzero(wanted.counts[exam.users])
    users = exam.users[asked]
    figures = {rival: _recall(judged.lists[asked], users, wanted) for rival, judged in rivals.items()}
    return Segment(name, RECALL, len(users), figures)


def _recall(lists: NDArray[np.intp], users: Sequence[int] | NDArray[np.intp], wanted: Listening) -> float:
    if not len(users):
        return 0.0
    hits = np.array([np.isin(row, wanted.of(user)) for user, row in zip(users, lists, strict=True)])
    return float(recall_at(hits, wanted.counts[users], DEPTH).mean())


def _narrowed(held_out: Listening, chosen: NDArray[np.bool_]) -> Listening:
    kept = chosen[held_out.tracks]
    pairs = np.column_stack([held_out.users[kept], held_out.tracks[kept]]).reshape(-1, 2)
    return listening(pairs, n_users=held_out.n_users, n_tracks=held_out.n_tracks)
