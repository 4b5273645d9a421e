"""One training: choose on validation, judge on the last part, fit again on everything, publish, and swap in what won."""

import hashlib
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from embeddings.collaborative.folding import Arrays
from embeddings.collaborative.noise import Normal, secure_normal
from embeddings.collaborative.recipe import Recipe
from recommender.crowds import FEWEST_LISTENERS
from recommender.errors import InvalidInput, Unavailable
from recommender.manifest import DAMAGED, Manifest
from recommender.models import Models
from recommender.ports.catalog import Catalog
from recommender.ports.index import VectorIndex
from recommender.ports.stores import InteractionLog, ServingStore
from recommender.tastes.confidence import HALF_LIFE_DAYS
from recommender.training.contest import JUDGED_SHARE, VALIDATED_SHARE, Contest, Incumbent, hold
from recommender.training.crowding import crowds_of
from recommender.training.describing import Described, describe, served_vectors
from recommender.training.fitting import Fitted, Wish, fitted_plainly, privately, with_former
from recommender.training.gate import LEAST_TRACKS, LEAST_USERS, refusal_of, replacement_refusal_of
from recommender.training.gathering import Gathered, gather
from recommender.training.judging import Exam, exam_of
from recommender.training.ledger import Ledger, read
from recommender.training.predicting import prediction_of
from recommender.training.progress import Report, at_step, unseen
from recommender.training.report import Told, report_of
from recommender.training.samples import named, samples
from recommender.training.segments import segments
from recommender.training.swap import Swap
from recommender.training.tuning import Tuned, sized, tune
from recommender.training.universe import over_catalogue

VERSIONS_KEPT: Final = 5
TUNING_S: Final = 240.0
# Code of the error that says that there is too little to learn from.
TOO_LITTLE: Final = "too_little_listening"


@dataclass(frozen=True, slots=True)
class Training:
    """Train, judge, publish and serve collaborative factors.

    Attributes
    ----------
    kept
        How many versions are kept beside the one that serves and the one before it.
    tuning_s
        Seconds after which no further recipe is tried.
    wish
        How private every training is that says nothing else; ``None`` for trainings that promise nothing.
    normal
        Source of the noise of private trainings.
    crowd
        Fewest distinct listeners of a track that a crowd or a report names.
    """

    log: InteractionLog
    catalog: Catalog
    index: VectorIndex
    serving: ServingStore
    models: Models
    swap: Swap
    kept: int = VERSIONS_KEPT
    tuning_s: float = TUNING_S
    code_version: str = ""
    clock: Callable[[], float] = time.monotonic
    wish: Wish | None = None
    normal: Normal = secure_normal
    crowd: int = FEWEST_LISTENERS

    def run(self, *, now: datetime, progress: Report = unseen, replaces: bool = False, wish: Wish | None = None) -> Manifest:
        """Train one version and return its manifest; it serves when ``published`` is true.

        Parameters
        ----------
        replaces
            Whether what serves has to go, so that the version need not be better, only sane.
        wish
            How private the training is to be, in place of what all trainings are.

        Raises
        ------
        InvalidInput
            If too few users or tracks have interactions to learn anything, or the wish would promise nothing.
        """
        wish = wish or self.wish
        progress(at_step("reading the log"))
        ledger = read(self.log.until(now))
        ledger = ledger if wish is None else over_catalogue(ledger, self.catalog)
        # The age of an act is counted from the last of all users, so by fading each would have a say in the weights of the others.
        everything = gather(ledger) if wish is None else gather(ledger, half_life_days=np.inf)
        listeners = _counted(everything)
        fit = fitted_plainly if wish is None else privately(wish.budget(listeners), normal=self.normal)
        progress(at_step("reading the tracks"))
        described = describe(ledger.tracks, self.catalog, self.index, self.serving.get())
        tuned = self._tuned(ledger, described, progress) if wish is None else Tuned(Recipe())
        progress(at_step("judging"))
        held = hold(ledger, tuned.recipe, described, self._incumbent(ledger, is_private=wish is not None), fit=fit)
        progress(at_step("fitting everything"))
        fitted = fit(everything, sized(tuned.recipe, everything), described.content)
        files = self._files(fitted, ledger, described, now=now, progress=progress)
        progress(at_step("publishing"))
        manifest = self._publish(ledger, everything, fitted, files, tuned=tuned, held=held, now=now, replaces=replaces)
        if manifest.published:
            progress(at_step("swapping in"))
            self.swap.serve(manifest.version)
        self._retire()
        return manifest

    def _tuned(self, ledger: Ledger, described: Described, progress: Report) -> Tuned:
        """Choose a recipe by what was heard between the first part of the log and the part on which it will be judged."""
        progress(at_step("tuning"))
        split, until = ledger.at_share(1.0 - JUDGED_SHARE - VALIDATED_SHARE), ledger.at_share(1.0 - JUDGED_SHARE)
        known = gather(ledger, before=split)
        return tune(
            known,
            exam_of(ledger, split=split, until=until),
            Recipe(),
            content=described.content,
            clock=self.clock,
            budget_s=self.tuning_s,
            progress=lambda done, total: progress(at_step("tuning", detail=f"recipe {done} of at most {total}")),
        )

    def _incumbent(self, ledger: Ledger, *, is_private: bool) -> Incumbent | None:
        """Return what serves; a damaged version is no rival, or it would stand in the way of the one that replaces it.

        Nor is one that promises nothing a rival of one that keeps to a budget: privacy costs accuracy, and was asked for.
        """
        serving = self.serving.get()
        if serving.collab_version is None:
            return None
        try:
            manifest, folding = self.models.manifest(serving.collab_version), self.models.folding(serving.collab_version)
        except Unavailable as error:
            if error.code != DAMAGED:
                raise
            return None
        if folding is None or (is_private and manifest.privacy is None):
            return None
        vectors = served_vectors(ledger.tracks, self.index, serving.collab_slot, width=folding.width)
        # All private trainings have one recipe, which no recipe of listening stands for.
        return Incumbent(manifest, Recipe() if is_private else _recipe_of(manifest), folding, vectors)

    def _files(self, fitted: Fitted, ledger: Ledger, described: Described, *, now: datetime, progress: Report) -> dict[str, Arrays]:
        """Return the files of the version: vectors, folding, the map for new tracks and, where there are enough listeners, crowds.

        A private version has no crowds, which are means without noise; all else follows from its factors and its renown alone.
        """
        factors, crowds = fitted.factors, None
        progress(at_step("learning new tracks"))
        cold = prediction_of(factors, fitted.plays, described, audio_version=self.serving.get().audio_version)
        if fitted.guarantee is None:
            progress(at_step("grouping listeners"))
            liked = gather(ledger, now=now.timestamp(), half_life_days=HALF_LIFE_DAYS, least=0.0)
            crowds = crowds_of(factors, liked, ledger.tracks, fewest=self.crowd)
        return {
            "vectors": {"track_ids": np.array(json.dumps(ledger.tracks)), "vectors": factors.track_vectors},
            "folding": factors.folding.to_arrays(),
            "cold": cold,
            **({} if crowds is None else {"crowds": crowds}),
        }

    def _publish(
        self,
        ledger: Ledger,
        everything: Gathered,
        fitted: Fitted,
        files: dict[str, Arrays],
        *,
        tuned: Tuned,
        held: tuple[Contest, Exam] | None,
        now: datetime,
        replaces: bool,
    ) -> Manifest:
        contest = held[0] if held else None
        judge = replacement_refusal_of if replaces else refusal_of
        refusal = judge(contest) if contest else "all listening happened at one moment, so there is no past to learn from"
        at = ledger.rows["at"]
        manifest = Manifest(
            version=f"{now:%Y%m%dT%H%M%S%f}-{_digest(files['vectors'])[:8]}",
            trained_at=now,
            users=int((np.diff(everything.starts) > 0).sum()),
            tracks=int((everything.listeners > 0).sum()),
            interactions=len(ledger.rows),
            told=ledger.read,
            dim=files["vectors"]["vectors"].shape[1],
            parameters=fitted.parameters or tuned.recipe.to_parameters(),
            metrics=contest.metrics() if contest else {},
            published=refusal is None,
            refusal=refusal,
            window_from=datetime.fromtimestamp(float(at.min()), UTC),
            window_to=datetime.fromtimestamp(float(at.max()), UTC),
            compared_with=contest.serving_name or None if contest else None,
            code_version=self.code_version,
            environment=_environment(),
            privacy=fitted.guarantee and with_former(fitted.guarantee, self.models.manifests()),
        )
        told = self._told(ledger, everything, fitted, tuned, held, crowds=len(files.get("crowds", {}).get("centres", ())))
        return self.models.publish(manifest, files, report=report_of(manifest, told))

    def _told(
        self, ledger: Ledger, everything: Gathered, fitted: Fitted, tuned: Tuned, held: tuple[Contest, Exam] | None, *, crowds: int
    ) -> Told:
        if held is None:
            return Told(None, tuned, (), (), {}, crowds)
        contest, exam = held
        if fitted.guarantee is not None:
            return Told(contest, tuned, (), (), {}, crowds)
        sampled = samples(contest, exam, everything.listeners, ledger.tracks, fewest=self.crowd)
        tracks = self.catalog.get_many(sorted(named(sampled)))
        titles = {track_id: f"{', '.join(one.metadata.artists)} - {one.metadata.title}" for track_id, one in tracks.items()}
        return Told(contest, tuned, segments(contest, exam, exam.heard.plays), sampled, titles, crowds)

    def _retire(self) -> None:
        """Remove all but the latest versions and those that serve or may be rolled back to."""
        serving = self.serving.get()
        needed = {serving.collab_version, serving.former_collab, serving.idle_collab}
        for manifest in self.models.manifests()[self.kept :]:
            if manifest.version not in needed:
                self.models.remove(manifest.version)


def _counted(everything: Gathered) -> int:
    """Return how many users there are to learn from."""
    users, tracks = int((np.diff(everything.starts) > 0).sum()), int((everything.listeners > 0).sum())
    if users < LEAST_USERS or tracks < LEAST_TRACKS:
        raise InvalidInput(
            f"{users} users and {tracks} tracks with interactions are too few to learn from; {LEAST_USERS} and {LEAST_TRACKS} are needed",
            code=TOO_LITTLE,
        )
    return users


def _recipe_of(manifest: Manifest) -> Recipe | None:
    try:
        return Recipe(**manifest.parameters)  # type: ignore[arg-type]  # what a version of this code wrote; any other is no recipe
    except TypeError:
        return None


def _environment() -> dict[str, str]:
    from scipy import __version__ as scipy_version  # noqa: PLC0415 - light functions read models without scipy

    return {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy_version}


def _digest(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()
