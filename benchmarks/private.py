"""Measure what differential privacy at user level costs: NDCG@20 and recall@20 at several epsilons, beside what promises nothing.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.private FOLDER [--epsilons 1 4 8] [--draws N] [--delta D]

FOLDER is what ``segue evaluate`` takes: train.txt, valid.txt and test.txt, and perhaps items.csv. Each figure is the mean over as many
draws of the noise, with its deviation; the noise comes from seeds, so that a table can be had again (a service takes the system's
secure source). Everything was chosen on the validation part; words and the owner's popularity count as public.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative import Content, Factors, Recipe, fit
from embeddings.collaborative.budget import Budget, usual_delta
from embeddings.collaborative.clipping import loudness, unit_rows, voices
from embeddings.collaborative.described import learn_vocabulary
from embeddings.collaborative.ials import folding_of
from embeddings.collaborative.least_squares import Penalty
from embeddings.collaborative.private import PrivateRecipe, fit_private
from infra.local.evaluation_files import dataset_in
from recommender.evaluation.listening import Split
from recommender.evaluation.protocol import Scorer, evaluate
from recommender.evaluation.tuning import by_factors, matrix
from recommender.wording import content_of

# Directions of the words, and how the users are held back, where nothing was learned from listening.
WORD_DIM: Final = 120
PENALTY: Final = Penalty(0.003, 0.06, 1.0, 1000)
Row = tuple[float, float, float]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure what differential privacy costs.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epsilons", type=float, nargs="+", default=[8.0, 4.0, 1.0])
    parser.add_argument("--delta", type=float, help="the usual one for so many users when left out")
    parser.add_argument("--draws", type=int, default=5)
    asked = parser.parse_args()
    data = dataset_in(asked.folder, items=None)
    content = content_of([data.metadata(track) for track in range(len(data.tracks))])
    users = int((data.split.train.counts > 0).sum())
    delta = asked.delta or usual_delta(users)
    print(f"{users} users, {data.split.train.n_tracks} tracks, delta {delta:g}, {asked.draws} draws of the noise", flush=True)
    print("| | epsilon | valid N@20 | N@20 | R@20 |\n|---|---|---|---|---|")
    _exact(data.split, content, Budget(max(asked.epsilons), delta))
    for epsilon in asked.epsilons:
        _private(data.split, content, Budget(epsilon, delta), draws=asked.draws)


def _exact(split: Split, content: Content, budget: Budget) -> None:
    """Print what promises nothing, and what the private recipe would do with a budget if its noise were silent."""
    plays = matrix(split.train)
    _row("popularity", None, split, [_popularity(split.train.plays.astype(np.float64))])
    _row("iALS, listening alone", None, split, [by_factors(fit(plays, Recipe()), split.train)])
    told = {"listening alone": None} | ({"words and listening": content} if any(content.words) else {})
    if any(content.words):
        for name, said in {"words and the owner's popularity": content, "words": Content(content.words)}.items():
            _row(f"{name}, no listening", None, split, [by_factors(unheard(said), split.train)], epsilon="0")
        _row("iALS and words", None, split, [by_factors(fit(plays, Recipe(), content=content), split.train)])
    for name, said in told.items():
        quiet = fit_private(plays, PrivateRecipe(), budget=budget, content=said, normal=np.zeros).factors
        _row(f"recipe of epsilon {budget.epsilon:g} without its noise, {name}", None, split, [by_factors(quiet, split.train)])


def unheard(content: Content) -> Factors:
    """Return factors that learned from nobody: what is said of tracks, longer for those that the owner calls popular."""
    vocabulary = learn_vocabulary(content.words, dim=WORD_DIM)
    said = unit_rows(vocabulary.features(content)[:, : vocabulary.directions.shape[1]])
    popular = np.asarray(content.popularity if len(content.popularity) else [50.0] * len(said), np.float64)[:, None] / 100.0
    vectors = np.hstack([said * (0.1 + popular) ** 2, 2.0 * popular**2])
    vectors = (vectors / np.sqrt(np.square(vectors).sum(axis=1).mean())).astype(np.float32)
    return Factors(vectors, folding_of(vectors, PENALTY), vocabulary)


def _private(split: Split, content: Content, budget: Budget, *, draws: int) -> None:
    exact = loudness(voices(matrix(split.train)))
    noisy = [exact + budget.multiplier * np.random.default_rng(seed).standard_normal(len(exact)) for seed in range(draws)]
    _row("private popularity", budget, split, [_popularity(one) for one in noisy])
    _row("private, listening alone", budget, split, _fits(split, None, budget, draws))
    if any(content.words):
        _row("private, words and listening", budget, split, _fits(split, content, budget, draws))
        _row("the same, the owner's popularity unknown", budget, split, _fits(split, Content(content.words), budget, draws))


def _fits(split: Split, content: Content | None, budget: Budget, draws: int) -> list[Scorer]:
    plays = matrix(split.train)

    def fitted(seed: int) -> Factors:
        normal = np.random.default_rng(seed).standard_normal
        return fit_private(plays, PrivateRecipe(), budget=budget, content=content, normal=normal).factors

    return [by_factors(fitted(seed), split.train) for seed in range(draws)]


def _popularity(plays: NDArray[np.float64]) -> Scorer:
    return lambda users: np.tile(plays, (len(users), 1))


def _row(name: str, budget: Budget | None, split: Split, scorers: Sequence[Scorer], *, epsilon: str = "∞") -> None:
    rows = np.array([_judged(scorer, split) for scorer in scorers])
    figures = [
        f"{mean:.4f}" + (f" ± {deviation:.4f}" if len(rows) > 1 else "") for mean, deviation in zip(rows.mean(0), rows.std(0), strict=True)
    ]
    print(f"| {name} | {f'{budget.epsilon:g}' if budget else epsilon} | {' | '.join(figures)} |", flush=True)


def _judged(scorer: Scorer, split: Split) -> Row:
    """Return NDCG@20 on the validation part, then NDCG@20 and recall@20 on the test part."""
    valid = evaluate(scorer, split.train, split.valid, cutoffs=(20,))
    test = evaluate(scorer, split.train, split.test, cutoffs=(20,))
    return valid["ndcg@20"], test["ndcg@20"], test["recall@20"]


if __name__ == "__main__":
    main()
