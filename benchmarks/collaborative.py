"""Measure collaborative factors on a split of real listening: accuracy, new tracks, new users, time against ``implicit``.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.collaborative FOLDER [--split SEED] [--cold-tracks] [--cold-users]
        [--seed N] [--draws N] [--speed]

FOLDER is what ``segue evaluate`` takes: train.txt, valid.txt and test.txt, and perhaps items.csv. ``--split`` deals all plays out anew,
7:1:2 for each user. ``--draws`` repeats what is drawn by that many seeds from ``--seed`` on, and sums up.
Without a further option the table of models is printed. This is of factors as a matrix: ``segue evaluate`` asks
the index and the pages. Nothing here is chosen by the test part.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from embeddings.collaborative import Content, Factors, Recipe, fit, fit_cold, train_blend, train_ials, train_spectral
from infra.local.evaluation_files import dataset_in
from recommender.evaluation.dataset import Dataset
from recommender.evaluation.listening import Listening, Split, listening
from recommender.evaluation.protocol import evaluate
from recommender.evaluation.tuning import by_factors, matrix
from recommender.wording import content_of

SHOWN = ("recall@10", "ndcg@10", "recall@20", "ndcg@20", "ndcg@40", "coverage@20")
HIDDEN_SHARE = 0.1
FEWEST_LISTENERS = 3
PICKS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure collaborative factors on a split of real listening.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", type=int, help="deal all plays out anew by this seed")
    parser.add_argument("--seed", type=int, default=0, help="which tracks are hidden, which picks are drawn")
    parser.add_argument("--draws", type=int, default=1, help="how many draws, from that seed on")
    for option in ("--cold-tracks", "--cold-users", "--speed"):
        parser.add_argument(option, action="store_true")
    asked = parser.parse_args()
    data = dataset_in(asked.folder, items=None)
    if asked.split is not None:
        data = replace(data, split=dealt(data.split, asked.split))
    content = content_of([data.metadata(track) for track in range(len(data.tracks))])
    train = data.split.train
    print(f"{train.n_users} users, {train.n_tracks} tracks, {len(train.tracks)} plays to learn from")
    seeds = range(asked.seed, asked.seed + asked.draws)
    if asked.cold_tracks:
        summed_up([cold_tracks(data.split, content, seed) for seed in seeds])
    if asked.cold_users:
        summed_up([cold_users(data.split, content, seed) for seed in seeds])
    if asked.speed:
        speed(data.split)
    if not (asked.cold_tracks or asked.cold_users or asked.speed):
        models(data, content)


def dealt(split: Split, seed: int) -> Split:
    """Return all plays in three new parts, 7:1:2 for each user."""
    plays = everything(split)
    rng = np.random.default_rng(seed)
    parts: list[list[NDArray[np.intp]]] = [[], [], []]
    for user in range(plays.shape[0]):
        tracks = rng.permutation(plays.indices[plays.indptr[user] : plays.indptr[user + 1]])
        cuts = (round(0.7 * len(tracks)), round(0.8 * len(tracks)))
        for part, chosen in zip(parts, np.split(tracks, cuts), strict=True):
            part.append(np.column_stack([np.full(len(chosen), user), chosen]))
    return Split(*(listening(np.vstack(part).astype(np.intp), n_users=plays.shape[0], n_tracks=plays.shape[1]) for part in parts))


def everything(split: Split) -> csr_matrix:
    return (matrix(split.train) + matrix(split.valid) + matrix(split.test)).tocsr()


def as_listening(plays: csr_matrix) -> Listening:
    pairs = np.column_stack(plays.nonzero()).astype(np.intp)
    return listening(pairs, n_users=plays.shape[0], n_tracks=plays.shape[1])


def without(plays: csr_matrix, *, users: NDArray[np.intp] | None = None, tracks: NDArray[np.intp] | None = None) -> csr_matrix:
    """Return the plays without those of some users or tracks."""
    keep = [np.ones(size) for size in plays.shape]
    for side, gone in enumerate((users, tracks)):
        keep[side][gone if gone is not None else []] = 0.0
    left = (diags_array(keep[0]) @ plays @ diags_array(keep[1])).tocsr()
    left.eliminate_zeros()
    return left


def models(data: Dataset, content: Content) -> None:
    print("| model | valid N@20 | R@10 | N@10 | R@20 | N@20 | N@40 | coverage@20 | train s | fold-in ms |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    row("iALS, listening alone", lambda plays: fit(plays, Recipe()), data)
    row("spectral", train_spectral, data)
    row("blend 64 + 64", lambda plays: train_blend(plays, ials={"dim": 64}, spectral={"dim": 64}, spectral_share=0.3), data)
    if any(content.words):
        row("iALS and words", lambda plays: fit(plays, Recipe(), content=content), data)
        row("iALS and words, folded as in training", lambda plays: as_trained(fit(plays, Recipe(), content=content)), data)
        unknown = Content(content.words)
        row("iALS and words, popularity unknown", lambda plays: fit(plays, Recipe(), content=unknown), data)


def as_trained(model: Factors) -> Factors:
    """Return the model folding everybody in as training does, however few their tracks."""
    return replace(model, folding=replace(model.folding, population=None))


def row(name: str, train: Callable[[csr_matrix], Factors], data: Dataset) -> None:
    split, start = data.split, time.process_time()
    model = train(matrix(split.train))
    trained = time.process_time()
    for user in range(200):
        model.fold_in(tracks := split.train.of(user % split.train.n_users), np.ones(len(tracks)))
    folded = (time.process_time() - trained) / 200 * 1000
    scorer = by_factors(model, split.train)
    valid = evaluate(scorer, split.train, split.valid, cutoffs=(20,))["ndcg@20"]
    test = evaluate(scorer, split.train, split.test)
    figures = " | ".join(f"{test[metric]:.4f}" for metric in SHOWN)
    print(f"| {name}, {model.folding.width} wide | {valid:.4f} | {figures} | {trained - start:.1f} | {folded:.2f} |", flush=True)


def cold_tracks(split: Split, content: Content, seed: int) -> dict[str, float]:
    """Hide every play of a tenth of the tracks with tags and at least three listeners, then rank those for each user."""
    plays = everything(split)
    described = np.array([any(word.startswith("tag:") for word in words) for words in content.words])
    eligible = np.flatnonzero(described & (np.diff(plays.tocsc().indptr) >= FEWEST_LISTENERS))
    hidden = np.random.default_rng(seed).choice(eligible, int(len(eligible) * HIDDEN_SHARE), replace=False)
    left = without(plays, tracks=hidden)
    wanted, nothing = as_listening(plays[:, hidden]), as_listening(csr_matrix((plays.shape[0], len(hidden))))
    tags = tag_vectors(content)
    centroids = (left @ tags).toarray()
    centroids /= np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-12)
    candidates = {"tag-centroid cosine": centroids @ tags[hidden].toarray().T}
    for name, told in (("predicted, popularity unknown", Content(content.words)), ("predicted", content)):
        model = fit(left, Recipe(), content=told)
        features = model.vocabulary.features(told) if model.vocabulary else np.zeros((plays.shape[1], 1), np.float32)
        cold = fit_cold(model, features, np.diff(left.tocsc().indptr))
        candidates[name] = folded(model, as_listening(left)) @ cold.predict(features[hidden]).T
    print(f"new tracks, draw {seed}: {len(hidden)} hidden")
    return compared(candidates, nothing, wanted)


def tag_vectors(content: Content) -> csr_matrix:
    """Return unit TF-IDF rows of the tags, every tag of a track counting alike but for its rank."""
    numbers: dict[str, int] = {}
    entries = [
        (track, numbers.setdefault(word, len(numbers)), weight)
        for track, words in enumerate(content.words)
        for word, weight in words.items()
        if word.startswith("tag:")
    ]
    tracks, columns, weights = zip(*entries, strict=True)
    rows = csr_matrix((weights, (tracks, columns)), shape=(len(content.words), len(numbers)))
    carriers = np.bincount(columns, minlength=len(numbers))
    rare = (rows @ diags_array(np.log(len(set(tracks)) / carriers))).tocsr()
    lengths = np.sqrt(np.asarray(rare.multiply(rare).sum(axis=1)).ravel())
    return (diags_array(1.0 / np.where(lengths > 0.0, lengths, 1.0)) @ rare).tocsr()


def folded(model: Factors, plays: Listening) -> NDArray[np.float32]:
    return np.stack([model.fold_in(tracks := plays.of(user), np.ones(len(tracks))) for user in range(plays.n_users)])


def compared(candidates: dict[str, NDArray[np.floating]], known: Listening, wanted: Listening) -> dict[str, float]:
    """Return how many times the first candidate's NDCG@20 each has."""
    first, times = 0.0, {}
    for name, scores in candidates.items():
        found = evaluate(lambda users, s=scores: s[users], known, wanted, cutoffs=(20,))["ndcg@20"]
        first = first or found
        times[name] = found / first
        print(f"  {name}: N@20 {found:.4f}, {times[name]:.2f}x", flush=True)
    return times


def summed_up(draws: list[dict[str, float]]) -> None:
    for name in draws[0] if len(draws) > 1 else ():
        times = np.array([draw[name] for draw in draws])
        print(f"{name}, {len(draws)} draws: mean {times.mean():.3f}x, deviation {times.std(ddof=1):.3f}, least {times.min():.3f}x")


def cold_users(split: Split, content: Content, seed: int) -> dict[str, float]:
    """Train on four fifths of the users and ask for the others by three random tracks of theirs; all they trained with is masked."""
    rng = np.random.default_rng(seed)
    strangers = rng.permutation(split.train.n_users)[: split.train.n_users // 5]
    known = without(matrix(split.train), users=strangers)
    wanted = as_listening(without(matrix(split.test), users=np.setdiff1d(np.arange(split.train.n_users), strangers)))
    picks = {user: rng.choice(tracks, min(PICKS, len(tracks)), replace=False) for user in strangers if len(tracks := split.train.of(user))}
    popular = np.asarray(known.sum(axis=0)).ravel()
    candidates = {"popularity": np.tile(popular, (split.train.n_users, 1))}
    alone, told = fit(known, Recipe()), fit(known, Recipe(), content=content)
    for name, model in (("listening alone", alone), ("with words, folded as in training", as_trained(told)), ("with words", told)):
        scores = np.zeros((split.train.n_users, split.train.n_tracks), np.float32)
        for user, tracks in picks.items():
            scores[user] = model.track_vectors @ model.fold_in(tracks, np.ones(len(tracks)))
        candidates[name] = scores
    print(f"new users, draw {seed}: {len(picks)} with {PICKS} picks")
    return compared(candidates, split.train, wanted)


def speed(split: Split) -> None:
    """Time ``implicit`` at its best setting on valid, and how soon ours is as good, in processor seconds, one thread each."""
    from implicit.als import AlternatingLeastSquares  # noqa: PLC0415 - an optional comparison

    plays, best = matrix(split.train).astype(np.float32), (0.0, 0.0, "")
    for alpha in (5.0, 15.0):
        for held in (20.0, 50.0, 100.0):
            model = AlternatingLeastSquares(factors=128, alpha=alpha, regularization=held, iterations=10, num_threads=1, random_state=0)
            start = time.process_time()
            model.fit(plays, show_progress=False)
            took = time.process_time() - start
            scores = model.user_factors @ model.item_factors.T
            valid = evaluate(lambda users, s=scores: s[users], split.train, split.valid, cutoffs=(20,))["ndcg@20"]
            best = max(best, (valid, took, f"alpha {alpha:g}, regularization {held:g}"))
    print(f"implicit, 128 factors, 10 iterations, {best[2]}: valid N@20 {best[0]:.4f}, {best[1]:.1f} s")
    for iterations in (1, 2, 3, 4, 6, 8):
        start = time.process_time()
        ours = train_ials(plays, iterations=iterations)
        took = time.process_time() - start
        valid = evaluate(by_factors(ours, split.train), split.train, split.valid, cutoffs=(20,))["ndcg@20"]
        print(f"iALS, 128 factors, {iterations} iterations: valid N@20 {valid:.4f}, {took:.1f} s, {took / best[1]:.2f}x", flush=True)


if __name__ == "__main__":
    main()
