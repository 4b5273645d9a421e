"""The quality gate: publish only what wins, and say with figures why something did not."""

from dataclasses import replace
from typing import Final

import numpy as np

from recommender.training.contest import Contest
from recommender.training.judging import DEPTH, METRIC, Judged, difference

LEAST_USERS: Final = 10
LEAST_TRACKS: Final = 10
FEWEST_JUDGED: Final = 5
# Popularity must be beaten by this factor, and by more than one standard error of the listeners' differences.
OVER_POPULARITY: Final = 1.02
# A candidate that learned from more listening may be this little behind what serves; one that did not must be this much ahead,
# and by more than a standard error: otherwise noise would change the version every night.
REFRESHED: Final = 0.98
AHEAD: Final = 1.01
# Of the places that the judged lists have, or of all tracks where these are fewer, this share must show different tracks.
LEAST_COVERAGE: Final = 0.05
# And the tracks shown must be at least this share of those that the serving version shows.
LEAST_OF_SERVING_COVERAGE: Final = 0.5


def refusal_of(contest: Contest) -> str | None:
    """Return why the candidate may not serve, ``None`` if it may."""
    if contest.judged < FEWEST_JUDGED:
        return f"only {contest.judged} listeners played anything new in the last part of the log, {FEWEST_JUDGED} are needed to judge"
    return _behind_popularity(contest) or _too_narrow(contest) or _behind_serving(contest)


def replacement_refusal_of(contest: Contest) -> str | None:
    """Return why the candidate may not take the place of factors that have to go, ``None`` if it may.

    It need not be better than what serves, which goes anyhow: it must be sane. That is, it can be judged, shows different people different
    tracks, and is not clearly worse than popularity, which would answer in its place.
    """
    if contest.judged < FEWEST_JUDGED:
        return refusal_of(contest)
    ahead, error = difference(contest.candidate, contest.popularity)
    if ahead < -error:
        return f"{METRIC} is clearly below popularity's: {ahead:+.4f} with a standard error of {error:.4f}"
    return _too_narrow(replace(contest, serving=None))


def _behind_popularity(contest: Contest) -> str | None:
    ours, popular = contest.candidate.metrics[METRIC], contest.popularity.metrics[METRIC]
    ahead, error = difference(contest.candidate, contest.popularity)
    if ours >= OVER_POPULARITY * popular and ahead > error:
        return None
    return (
        f"{METRIC} {ours:.4f} is not clearly above popularity's {popular:.4f}: {ahead:+.4f} with a standard error of {error:.4f}; "
        f"{OVER_POPULARITY:g} times as much and more than one error are needed"
    )


def _too_narrow(contest: Contest) -> str | None:
    shown = _shown(contest.candidate)
    floor = LEAST_COVERAGE * min(contest.judged * DEPTH, contest.n_tracks)
    if shown < floor:
        return f"its top {DEPTH} of {contest.judged} listeners show {shown} different tracks, at least {np.ceil(floor):.0f} are needed"
    if contest.serving is not None and shown < LEAST_OF_SERVING_COVERAGE * (served := _shown(contest.serving)):
        return f"its top {DEPTH} show {shown} different tracks, less than {LEAST_OF_SERVING_COVERAGE:g} times the {served} of what serves"
    return None


def _behind_serving(contest: Contest) -> str | None:
    if contest.serving is None:
        return None
    ours, served = contest.candidate.metrics[METRIC], contest.serving.metrics[METRIC]
    ahead, error = difference(contest.candidate, contest.serving)
    if ours >= AHEAD * served and ahead > error:
        return None
    figures = f"{METRIC} {ours:.4f} against {served:.4f} of {contest.serving_name}, {ahead:+.4f} with a standard error of {error:.4f}"
    if not contest.is_fresh:
        return f"nothing has changed in the log since the serving version was trained, and this one is no clear win: {figures}"
    if ours < REFRESHED * served:
        return f"it is behind what serves: {figures}; at least {REFRESHED:g} times as much is needed"
    return None


def _shown(judged: Judged) -> int:
    return len(np.unique(judged.lists[judged.lists >= 0]))
