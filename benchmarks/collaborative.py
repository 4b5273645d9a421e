"""Measure collaborative factors on a split of real listening: accuracy, hybrid with tags, new users, new tracks, time.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.collaborative FOLDER [--implicit]

FOLDER holds train.txt, valid.txt and test.txt (one line a user, ``user track track …``) and, for the tag rows, items.csv with
``item_id,name,tags`` where tags are ``tag:count|…``. Whatever is chosen here is chosen by NDCG@20 on valid.
"""

import argparse
import csv
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from scipy.sparse.linalg import svds

from embeddings.collaborative import Factors, fit_cold, train_blend, train_ials, train_spectral
from recommender.evaluation.listening import Listening, Split, listening, read_split
from recommender.evaluation.protocol import Scorer, evaluate

Scores = NDArray[np.float32]
TAG_SHARES = (0.1, 0.2, 0.3, 0.5)
SHOWN = ("recall@10", "ndcg@10", "recall@20", "ndcg@20", "ndcg@40", "coverage@20")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure collaborative factors on a split of real listening.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--implicit", action="store_true", help="compare with the implicit package's ALS (must be installed)")
    asked = parser.parse_args()
    split = read(asked.folder)
    print(f"{split.train.n_users} users, {split.train.n_tracks} tracks, {len(split.train.tracks)} plays to learn from")
    print("| model | valid N@20 | R@10 | N@10 | R@20 | N@20 | N@40 | coverage@20 | train s | fold-in ms |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    popular = split.train.plays.astype(np.float32)
    row("popularity", lambda users: np.tile(popular, (len(users), 1)), split)
    learned = models(split)
    if (asked.folder / "items.csv").exists():
        tags = read_tags(asked.folder / "items.csv", split.train.n_tracks)
        hybrids(learned, tags, split)
        new_tracks(split, tags)
    new_users(split)
    if asked.implicit:
        against_implicit(split)


def read(folder: Path) -> Split:
    parts = [(folder / f"{name}.txt").read_text().splitlines() for name in ("train", "valid", "test")]
    return read_split(*parts)


def matrix(plays: Listening) -> csr_matrix:
    return csr_matrix((np.ones(len(plays.tracks), np.float32), (plays.users, plays.tracks)), shape=(plays.n_users, plays.n_tracks))


def row(name: str, scorer: Scorer, split: Split, *, notes: str = "| |") -> float:
    """Print a line of the table and return what the choice goes by."""
    valid = evaluate(scorer, split.train, split.valid, cutoffs=(20,))["ndcg@20"]
    test = evaluate(scorer, split.train, split.test)
    print(f"| {name} | {valid:.4f} | " + " | ".join(f"{test[metric]:.4f}" for metric in SHOWN) + f" {notes}", flush=True)
    return valid


def folded(model: Factors, plays: Listening) -> Scores:
    return np.stack([model.fold_in(tracks := plays.of(user), np.ones(len(tracks))) for user in range(plays.n_users)])


def timed(name: str, train: Callable[[csr_matrix], Factors], split: Split) -> Scores:
    start = time.perf_counter()
    model = train(matrix(split.train))
    trained = time.perf_counter()
    users = folded(model, split.train)
    took = f"| {trained - start:.1f} | {(time.perf_counter() - trained) / len(users) * 1000:.2f} |"
    scores = users @ model.track_vectors.T
    row(f"{name}, {model.folding.width} wide", lambda asked: scores[asked], split, notes=took)
    return scores


def models(split: Split) -> Mapping[str, Scores]:
    half = {"dim": 64}
    return {
        "iALS": timed("iALS", train_ials, split),
        "spectral": timed("spectral", train_spectral, split),
        "blend 64 + 64": timed("blend", lambda plays: train_blend(plays, ials=half, spectral=half, spectral_share=0.3), split),
        "blend 128 + 128": timed("blend", lambda plays: train_blend(plays, spectral_share=0.3), split),
    }


def read_tags(path: Path, n_tracks: int) -> csr_matrix:
    """Return tracks by tags, the logarithm of one more than each count."""
    tracks, tags, counts = [], [], []
    numbers: dict[str, int] = {}
    with path.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            for tag in filter(None, line["tags"].split("|")):
                name, _, count = tag.rpartition(":")
                tracks.append(int(line["item_id"]))
                tags.append(numbers.setdefault(name, len(numbers)))
                counts.append(np.log1p(float(count)))
    return csr_matrix((counts, (tracks, tags)), shape=(n_tracks, len(numbers)))


def tag_vectors(tags: csr_matrix) -> csr_matrix:
    """Return TF-IDF rows of unit length."""
    carriers = np.maximum(np.bincount(tags.indices, minlength=tags.shape[1]), 1)
    tagged = int((np.diff(tags.indptr) > 0).sum())
    weighted = tags @ diags_array(np.log(tagged / carriers))
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return (diags_array(1.0 / np.where(lengths > 0.0, lengths, 1.0)) @ weighted).tocsr()


def standard(scores: NDArray[np.floating]) -> Scores:
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(centred.std(axis=1, keepdims=True), 1e-9), np.float32)


def hybrids(learned: Mapping[str, Scores], tags: csr_matrix, split: Split) -> None:
    """Add z-scores of tag similarity, the share chosen on valid; all shares are shown."""
    words = tag_vectors(tags)
    alike = standard((matrix(split.train) @ words @ words.T).toarray())
    best = ("", 0.0)
    for name, scores in learned.items():
        for share in TAG_SHARES:
            fused = standard(scores) + share * alike
            title = f"{name} + {share} tags"
            best = max(best, (title, row(title, lambda users, fused=fused: fused[users], split)), key=lambda found: found[1])
    print(f"chosen on valid: {best[0]}\n")


def new_tracks(split: Split, tags: csr_matrix) -> None:
    """Hide every play of a tenth of the tagged tracks with at least three listeners, then rank those for each user."""
    played = matrix(split.train) + matrix(split.valid) + matrix(split.test)
    known = np.diff(tags.indptr) > 0
    eligible = np.flatnonzero(known & (np.asarray(played.sum(axis=0)).ravel() >= 3))
    hidden = np.random.default_rng(0).choice(eligible, len(eligible) // 10, replace=False)
    left = (played @ diags_array((~np.isin(np.arange(played.shape[1]), hidden)).astype(np.float32))).tocsr()
    left.eliminate_zeros()
    words = tag_vectors(tags)
    _, _, directions = svds(words, k=300, v0=np.ones(min(words.shape)))
    # How much a track is tagged says how known it is, which its unit tag vector cannot.
    loudness = np.log1p(np.asarray(tags.expm1().sum(axis=1)).ravel())
    features = words @ directions.T
    model = train_ials(left)
    users = folded(model, as_listening(left))
    plays = np.where(known, np.asarray(left.sum(axis=0)).ravel(), 0)
    centroid = (left @ words).toarray()
    centroid /= np.maximum(np.linalg.norm(centroid, axis=1, keepdims=True), 1e-9)
    candidates = {
        "tag-centroid cosine": centroid @ words[hidden].toarray().T,
        "predicted from tags": users @ fit_cold(model, features, plays).predict(features[hidden]).T,
    }
    louder = np.column_stack([features, 0.3 * loudness])
    candidates["predicted from tags and how many"] = users @ fit_cold(model, louder, plays).predict(louder[hidden]).T
    wanted = as_listening(played[:, hidden])
    nothing = as_listening(csr_matrix((wanted.n_users, wanted.n_tracks)))
    print(f"new tracks: {len(hidden)} hidden")
    for name, scores in candidates.items():
        print(f"  {name}: N@20 {evaluate(lambda asked, s=scores: s[asked], nothing, wanted, cutoffs=(20,))['ndcg@20']:.4f}", flush=True)


def as_listening(plays: csr_matrix) -> Listening:
    pairs = np.column_stack(plays.nonzero()).astype(np.intp)
    return listening(pairs, n_users=plays.shape[0], n_tracks=plays.shape[1])


def new_users(split: Split) -> None:
    """Train on four fifths of the users, fold the others in from three random tracks of theirs; all their trained tracks are masked."""
    rng = np.random.default_rng(0)
    strangers = rng.permutation(split.train.n_users)[: split.train.n_users // 5]
    others = np.ones(split.train.n_users, np.float32)
    others[strangers] = 0.0
    known = (diags_array(others) @ matrix(split.train)).tocsr()
    known.eliminate_zeros()
    model = train_ials(known)
    scores = np.zeros((split.train.n_users, split.train.n_tracks), np.float32)
    for user in strangers:
        tracks = split.train.of(user)
        picks = rng.choice(tracks, min(3, len(tracks)), replace=False)
        scores[user] = model.track_vectors @ model.fold_in(picks, np.ones(len(picks)))
    asked = (diags_array(1.0 - others) @ matrix(split.test)).tocsr()
    asked.eliminate_zeros()
    popular = np.asarray(known.sum(axis=0)).ravel()
    print(f"new users: {len(strangers)} with three picks")
    for name, scorer in (("popularity", lambda u: np.tile(popular, (len(u), 1))), ("folded in", lambda u: scores[u])):
        print(f"  {name}: N@20 {evaluate(scorer, split.train, as_listening(asked), cutoffs=(20,))['ndcg@20']:.4f}", flush=True)


def against_implicit(split: Split) -> None:
    """Time ``implicit`` at its best setting on valid, and how soon ours is as good, one thread each."""
    from implicit.als import AlternatingLeastSquares  # noqa: PLC0415 - an optional comparison

    plays, best = matrix(split.train), (0.0, 0.0, "")
    for alpha in (5.0, 15.0):
        for held in (20.0, 50.0, 100.0):
            model = AlternatingLeastSquares(factors=128, alpha=alpha, regularization=held, iterations=10, num_threads=1, random_state=0)
            start = time.perf_counter()
            model.fit(plays, show_progress=False)
            took = time.perf_counter() - start
            scores = model.user_factors @ model.item_factors.T
            valid = evaluate(lambda users, s=scores: s[users], split.train, split.valid, cutoffs=(20,))["ndcg@20"]
            best = max(best, (valid, took, f"alpha {alpha:g}, regularization {held:g}"))
    print(f"implicit, 128 factors, 10 iterations, {best[2]}: valid N@20 {best[0]:.4f}, {best[1]:.1f} s")
    for iterations in range(1, 11):
        start = time.perf_counter()
        ours = train_ials(plays, iterations=iterations)
        took = time.perf_counter() - start
        scores = folded(ours, split.train) @ ours.track_vectors.T
        valid = evaluate(lambda users, s=scores: s[users], split.train, split.valid, cutoffs=(20,))["ndcg@20"]
        print(f"iALS, 128 factors, {iterations} iterations: valid N@20 {valid:.4f}, {took:.1f} s", flush=True)


if __name__ == "__main__":
    main()
