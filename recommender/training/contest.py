"""A contest: the candidate, popularity and what serves, asked about the same listeners on the last part of the log."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.cold import fit_cold
from embeddings.collaborative.factors import Factors
from embeddings.collaborative.folding import Folding
from embeddings.collaborative.recipe import Recipe
from recommender.manifest import Manifest
from recommender.training.describing import Described
from recommender.training.fitting import Fit, fitted_plainly
from recommender.training.gathering import Gathered, gather
from recommender.training.judging import DEPTH, METRIC, Exam, Judged, by_popularity, by_vectors, difference, exam_of, judge
from recommender.training.ledger import Ledger
from recommender.training.tuning import sized

# The last part of the log, by time, on which a candidate is judged, and the part before it, on which it is tuned.
JUDGED_SHARE: Final = 0.2
VALIDATED_SHARE: Final = 0.1
# What is told of every rival.
COMPARED: Final = (METRIC, f"recall@{DEPTH}", f"coverage@{DEPTH}", f"novelty@{DEPTH}")
# Half-life of a play in the recent kind of popularity.
_RECENT_DAYS: Final = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class Incumbent:
    """The serving version as a rival.

    Attributes
    ----------
    recipe
        What it was trained by; ``None`` where this code does not know such a recipe.
    vectors
        Shape (n_tracks, at least the folding's width), what the index serves of the ledger's tracks.
    """

    manifest: Manifest
    recipe: Recipe | None
    folding: Folding
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """What a candidate and its rivals reached with the same listeners.

    Attributes
    ----------
    serving
        What serves, or what stands for it; ``None`` where nothing serves.
    serving_name
        What stands for the serving version, in words.
    is_fresh
        Whether the candidate learned from listening that the serving version did not know.
    """

    candidate: Judged
    popularity: Judged
    serving: Judged | None
    serving_name: str
    is_fresh: bool
    n_tracks: int

    @property
    def judged(self) -> int:
        """How many listeners were asked about."""
        return len(self.candidate.lists)

    def metrics(self) -> dict[str, float]:
        """Return the figures of all rivals by name."""
        told = {**self.candidate.metrics, "judged_users": float(self.judged)}
        told |= {f"popularity_{name}": self.popularity.metrics[name] for name in COMPARED}
        if self.serving is not None:
            told |= {f"serving_{name}": self.serving.metrics[name] for name in COMPARED}
            if self.judged > 1:
                told["ahead_of_serving"], told["standard_error"] = difference(self.candidate, self.serving)
        return told


def hold(
    ledger: Ledger, recipe: Recipe, described: Described, incumbent: Incumbent | None, *, fit: Fit = fitted_plainly
) -> tuple[Contest, Exam] | None:
    """Fit a candidate to all but the last part and ask all rivals about that; ``None`` where there is no past to learn from."""
    split = ledger.at_share(1.0 - JUDGED_SHARE)
    known, exam = gather(ledger, before=split), exam_of(ledger, split=split)
    if not len(known.rows):
        return None
    candidate = _fitted(known, sized(recipe, known), described, exam, fit=fit)
    serving, name = _incumbent(incumbent, candidate, recipe, known, described, exam, split=split)
    contest = Contest(
        candidate=candidate,
        popularity=_popularity(ledger, known, exam, split=split),
        serving=serving,
        serving_name=name,
        is_fresh=incumbent is None or is_fresh(ledger, incumbent.manifest),
        n_tracks=len(ledger.tracks),
    )
    return contest, exam


def is_fresh(ledger: Ledger, manifest: Manifest) -> bool:
    """Tell whether the log says anything that a version did not learn from, or no longer says something that it did."""
    last = manifest.window_to.timestamp() if manifest.window_to else None
    return manifest.interactions != len(ledger.rows) or last is None or float(ledger.rows["at"].max()) != last


def completed(factors: Factors, known: Gathered, described: Described) -> NDArray[np.float32]:
    """Return the vectors as the index would hold them: tracks that nobody played have what is predicted for them."""
    unplayed = known.listeners == 0
    if not unplayed.any():
        return factors.track_vectors
    _, numbers = described.artist_numbers()
    inputs = described.inputs(factors)
    cold = fit_cold(factors, inputs, known.listeners, artists=numbers)
    vectors = factors.track_vectors.copy()
    vectors[unplayed] = cold.predict(inputs[unplayed], numbers[unplayed])
    return vectors


def _fitted(known: Gathered, recipe: Recipe, described: Described, exam: Exam, *, fit: Fit = fitted_plainly) -> Judged:
    fitted = fit(known, recipe, described.content)
    factors = fitted.factors
    # A private training does not tell which tracks were played, so it has vectors of its own for all.
    vectors = completed(factors, known, described) if fitted.guarantee is None else factors.track_vectors
    return judge(by_vectors(vectors, factors.folding, exam), exam)


def _incumbent(
    incumbent: Incumbent | None,
    candidate: Judged,
    recipe: Recipe,
    known: Gathered,
    described: Described,
    exam: Exam,
    *,
    split: float,
) -> tuple[Judged | None, str]:
    """Return what stands for the serving version, and its name.

    A version that has heard the last part itself would be asked what it was told. Its recipe, fitted to the same past as the
    candidate, is then what it would have been without.
    """
    if incumbent is None:
        return None, ""
    version = incumbent.manifest.version
    if incumbent.manifest.trained_at.timestamp() <= split:
        return judge(by_vectors(incumbent.vectors, incumbent.folding, exam), exam), f"the serving version {version} itself"
    if incumbent.recipe is None:
        return None, ""
    theirs, ours = sized(incumbent.recipe, known), sized(recipe, known)
    stand_in = candidate if theirs == ours else _fitted(known, theirs, described, exam)
    return stand_in, f"the recipe of the serving version {version}, fitted to the same past"


def _popularity(ledger: Ledger, known: Gathered, exam: Exam, *, split: float) -> Judged:
    """Return the better of two popularities: of all time, and of late."""
    recent = gather(ledger, before=split, now=split, half_life_days=_RECENT_DAYS, least=0.0)
    lately = np.bincount(recent.columns, weights=recent.confidences, minlength=recent.n_tracks).astype(np.float64)
    both = [judge(by_popularity(plays), exam) for plays in (known.listeners.astype(np.float64), lately)]
    return max(both, key=lambda judged: judged.metrics[METRIC])
