"""Evaluate a data set: the product's pages against popularity, with listening alone and with what is said of tracks."""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from embeddings.collaborative.recipe import Recipe
from infra.local.evaluation_stack import EvaluationStack, only, stepping, thrown_away
from infra.local.progress import progress
from recommender.evaluation.dataset import Dataset, masked
from recommender.evaluation.figures import figures
from recommender.evaluation.listening import Listening
from recommender.evaluation.protocol import CUTOFFS, Lists, rank
from recommender.evaluation.tuning import tuned
from recommender.pages.policy import Policy

_DEPTH: Final = max(CUTOFFS)


def evaluated(data: Dataset, *, part: str = "test", with_text: bool = False, tune: bool = False, shown: bool = True) -> dict[str, Any]:
    """Return the figures of popularity, of collaborative factors alone and of the hybrid, by system.

    Parameters
    ----------
    part
        ``valid`` or ``test``: what is reported on. Whatever is tuned is tuned on ``valid``.
    """
    held_out: Listening = getattr(data.split, part)
    users = np.flatnonzero((held_out.counts > 0) & (data.split.train.counts > 0))
    with thrown_away() as app:
        with progress("Putting tracks in", len(data.tracks), shown=shown) as step:
            stack = EvaluationStack.over(app, data, with_text=with_text, step=stepping(step))
        recipe = tuned(data, Recipe()) if tune else Recipe()
        lists = {"popularity": _popular(data, users)}
        alone = only(Policy.plain(), "collab")
        hybrid = only(Policy.plain(), "collab", "text") if with_text else alone
        for name, version, policy in (("collaborative", replace(recipe, rounds=0), alone), ("hybrid", recipe, hybrid)):
            with progress(f"Asking: {name}", len(users), shown=shown) as step:
                stack.serve(name, version)
                lists[name] = stack.lists(name, policy, users, k=_DEPTH, step=step)
    return {
        "users": len(data.users),
        "tracks": len(data.tracks),
        "judged": len(users),
        "part": part,
        "recipe": recipe.to_parameters(),
        "systems": {name: figures(data, users, found, held_out) for name, found in lists.items()},
    }


def _popular(data: Dataset, users: np.ndarray[Any, np.dtype[np.intp]]) -> Lists:
    """Return for each user the tracks that most others play."""
    plays = data.split.train.plays.astype(np.float64)
    return np.vstack([rank(plays[None, :], masked(data.split.train, [user]), k=_DEPTH) for user in users.tolist()])
