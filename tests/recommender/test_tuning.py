"""Tuning walks only as far as its budget, and a log too small to choose by keeps the defaults."""

from itertools import count

import numpy as np

from embeddings.collaborative.content import Content
from embeddings.collaborative.recipe import Recipe
from recommender.training.gathering import Gathered, gather
from recommender.training.judging import exam_of
from recommender.training.ledger import Ledger, read
from recommender.training.tuning import STEPS, Tuned, sized, tune
from tests.recommender.engine import NOW, act

SPLIT = NOW.timestamp() - 5 * 86_400


def blocks(*, users: int = 240, tracks: int = 200) -> Ledger:
    """Two halves of users play two halves of the tracks: each nearly half of their own before the split, and twenty more after it."""
    rng = np.random.default_rng(0)
    acts = []
    for user in range(users):
        own = rng.permutation(tracks // 2) + (user % 2) * (tracks // 2)
        acts += [act(f"t{track}", user=f"u{user}", days_ago=10 - at / 100) for at, track in enumerate(own[: tracks // 2 - 15])]
        acts += [act(f"t{track}", user=f"u{user}", days_ago=1) for track in own[tracks // 2 - 15 :]]
    return read(sorted(acts, key=lambda one: (one.at, one.interaction_id)))


LEDGER = blocks()


def tuned(*, seconds_a_look: float = 0.0, budget_s: float = 60.0) -> Tuned:
    known = gather(LEDGER, before=SPLIT)
    looks = count()
    return tune(
        known,
        exam_of(LEDGER, split=SPLIT),
        Recipe(dim=8, iterations=2),
        content=Content([{}] * len(LEDGER.tracks)),
        clock=lambda: next(looks) * seconds_a_look,
        budget_s=budget_s,
        progress=lambda done, total: None,  # noqa: ARG005 - nobody looks
    )


def test_within_its_budget_every_step_is_tried_and_the_best_is_never_worse_than_the_first() -> None:
    found = tuned()

    assert len(found.trials) == 1 + len(STEPS)
    reached = {trial.recipe: trial.ndcg for trial in found.trials}
    assert reached[found.recipe] >= found.trials[0].ndcg


def test_a_budget_that_is_spent_ends_the_walk_with_what_was_found() -> None:
    found = tuned(seconds_a_look=40.0)

    assert len(found.trials) == 1
    assert found.recipe == Recipe(dim=8, iterations=2)


def test_a_log_too_small_to_choose_by_keeps_the_defaults() -> None:
    few = read([act("t", user=f"u{number}", days_ago=number) for number in range(20, 0, -1)])

    found = tune(
        gather(few, before=SPLIT),
        exam_of(few, split=SPLIT),
        Recipe(),
        content=Content([{}]),
        clock=lambda: 0.0,
        budget_s=60.0,
        progress=lambda done, total: None,  # noqa: ARG005 - nobody looks
    )

    assert found == Tuned(Recipe())


def test_a_small_log_has_a_third_of_its_smaller_side_in_factors() -> None:
    rows, columns = np.divmod(np.arange(30 * 60), 60)
    known = Gathered(rows, columns, np.ones(len(rows), np.float32), 30, 60)

    assert sized(Recipe(), known).dim == 10
