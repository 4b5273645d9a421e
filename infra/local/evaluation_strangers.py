"""Evaluate new users: pages by a few onboarding picks, and by a few plays, against popularity and against the factors as a matrix."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from embeddings.collaborative.recipe import Recipe
from infra.local.evaluation_stack import EvaluationStack, stepping, thrown_away
from infra.local.progress import progress
from infra.wiring import App
from recommender.evaluation.dataset import Dataset
from recommender.evaluation.protocol import Lists, rank
from recommender.evaluation.strangers import CUTOFF, Strangers, strangers_of, times
from recommender.pages.policy import Policy
from recommender.tastes.preferences import Preferences

FIRST: Final = "popularity"
_VERSION: Final = "without-strangers"


def strangers_evaluated(data: Dataset, *, part: str, seeds: Sequence[int], shown: bool = True) -> dict[str, Any]:
    """Return for each draw NDCG@20 by system, and for each system how many times popularity it is.

    ``factors`` multiplies the folded picks with every track, ``picks`` asks for a page by onboarding picks and no listening,
    ``plays`` for one after the same tracks were played, and the taste was made of these.
    """
    draws = [_drawn(data, strangers_of(data, seed=seed), part=part, seed=seed, shown=shown) for seed in seeds]
    first = [draw[FIRST] for draw in draws]
    summed = {name: times([draw[name] for draw in draws], first) for name in draws[0] if name != "draw"}
    return {"part": part, "draws": draws, "times": summed}


def _drawn(data: Dataset, strangers: Strangers, *, part: str, seed: int, shown: bool) -> dict[str, float]:
    held_out = getattr(data.split, part)
    users = strangers.judged(held_out)
    with thrown_away() as app:
        with progress(f"Draw {seed}: putting tracks in", len(data.tracks), shown=shown) as step:
            stack = EvaluationStack.over(app, strangers.known, with_text=False, step=stepping(step))
        stack.serve(_VERSION, Recipe())
        with progress(f"Draw {seed}: asking", 2 * len(users), shown=shown) as step:
            for user, tracks in strangers.picks.items():
                app.stores.preferences.put(Preferences(user=data.users[user], pick_tracks=tuple(data.tracks[track] for track in tracks)))
            lists = {FIRST: strangers.by_popularity(users), "factors": _by_factors(app, strangers, users)}
            lists["picks"] = stack.lists("picks", Policy.plain(), users, k=CUTOFF, step=step)
            stack.hear(strangers.plays(data.acts))
            lists["plays"] = stack.lists("plays", Policy.plain(), users, k=CUTOFF, step=step)
    return {"draw": seed} | {name: strangers.ndcg(users, found, held_out) for name, found in lists.items()}


def _by_factors(app: App, strangers: Strangers, users: np.ndarray[Any, np.dtype[np.intp]]) -> Lists:
    """Rank every track by the factors alone, each stranger folded in by picks of confidence 1."""
    names, vectors = app.models.vectors(_VERSION)
    folding = app.models.folding(_VERSION)
    if folding is None:
        raise RuntimeError("a version was served a moment ago, and there is none")
    data = strangers.known
    numbers = {name: at for at, name in enumerate(data.tracks)}
    rows = np.zeros((len(data.tracks), vectors.shape[1]), np.float32)
    rows[[numbers[name] for name in names]] = vectors
    found = []
    for user in users.tolist():
        picked = rows[strangers.picks[user]]
        picked = picked[picked.any(axis=1)]
        scores = rows @ folding.fold(picked, np.ones(len(picked)))
        found.append(rank(scores[None, :], [data.split.train.of(user)], k=CUTOFF))
    return np.vstack(found)


def rows_of(told: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return a table: a row for each draw, then how many times popularity each system is, its standard error and the least of the draws."""
    systems = list(told["times"])
    draws = [(str(draw["draw"]), *(f"{draw[name]:.4f} ({draw[name] / draw[FIRST]:.2f}x)" for name in systems)) for draw in told["draws"]]
    summed = [(label, *(_times(told["times"][name][label]) for name in systems)) for label in ("mean", "error", "least")]
    return [("draw", *systems), *draws, *summed]


def _times(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.3f}x"
