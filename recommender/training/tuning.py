"""Choose the recipe on the validation part of the log: a greedy walk over a few hyper-parameters, within a time budget."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from embeddings.collaborative.content import Content
from embeddings.collaborative.recipe import Recipe, fit
from recommender.training.gathering import Gathered
from recommender.training.judging import METRIC, Exam, Judged, by_vectors, difference, judge

# Below these the choice would follow noise: the defaults, chosen on public listening data, are then the better guess.
LEAST_PAIRS: Final = 20_000
LEAST_VALIDATED: Final = 200
# Each is tried from the best so far, in this order: what matters most first (Rendle et al., "Revisiting the Performance of iALS", 2021).
STEPS: Final = (("unobserved", 3.0), ("unobserved", 1 / 3), ("unobserved", 2.0), ("regularisation", 0.4), ("regularisation", 2.5))


@dataclass(frozen=True, slots=True)
class Trial:
    """A recipe and what it reached on the validation part."""

    recipe: Recipe
    ndcg: float


@dataclass(frozen=True, slots=True)
class Tuned:
    """The recipe chosen and all that were tried, in their order; none where the log was too small or nothing could be validated."""

    recipe: Recipe
    trials: tuple[Trial, ...] = ()


def tune(
    known: Gathered,
    exam: Exam,
    start: Recipe,
    *,
    content: Content,
    clock: Callable[[], float],
    budget_s: float,
    progress: Callable[[int, int], None],
) -> Tuned:
    """Return the best recipe that the budget allowed to find.

    A change is kept only if it is better by more than one standard error of the listeners' paired differences, so that the same log
    with a little more listening does not choose anew every night.

    Parameters
    ----------
    clock
        Returns seconds; the first recipe is always tried, another only if the slowest so far would still end within ``budget_s``.
    progress
        Called with how many recipes are done and how many there may be.
    """
    if len(known.rows) < LEAST_PAIRS or len(exam.users) < LEAST_VALIDATED:
        return Tuned(start)
    began = last = clock()
    best, reached = start, _validated(known, exam, start, content)
    trials = [Trial(start, reached.metrics[METRIC])]
    slowest = clock() - last
    for done, (name, factor) in enumerate(STEPS, 1):
        progress(done, len(STEPS) + 1)
        if (last := clock()) - began + slowest > budget_s:
            break
        tried = replace(best, **{name: getattr(best, name) * factor})
        figures = _validated(known, exam, tried, content)
        trials.append(Trial(tried, figures.metrics[METRIC]))
        slowest = max(slowest, clock() - last)
        ahead, error = difference(figures, reached)
        if ahead > error:
            best, reached = tried, figures
    return Tuned(best, tuple(trials))


def _validated(known: Gathered, exam: Exam, recipe: Recipe, content: Content) -> Judged:
    factors = fit(known.matrix(), recipe, content=content)
    return judge(by_vectors(factors.track_vectors, factors.folding, exam), exam)


def sized(recipe: Recipe, known: Gathered) -> Recipe:
    """Return the recipe with as many factors as the log can teach: a third of its smaller side, or it would be learned by heart."""
    smaller = min(len(set(known.rows.tolist())), len(set(known.columns.tolist())))
    return replace(recipe, dim=max(4, min(recipe.dim, smaller // 3)))
