"""An embedded stack of its own, in a folder that is thrown away: a data set goes in as a library does, and pages come out."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.recipe import Recipe, fit
from infra.settings import Settings
from infra.wiring import App
from recommender.evaluation.asking import lists_of
from recommender.evaluation.dataset import Dataset
from recommender.evaluation.protocol import Lists
from recommender.interactions import Interaction
from recommender.manifest import Manifest
from recommender.pages.policy import Policy
from recommender.pages.recommend import Recommend
from recommender.tracks import Track, TrackStatus
from recommender.training.describing import describe
from recommender.training.gathering import gather
from recommender.training.ledger import Ledger, read
from recommender.training.predicting import prediction_of

_PAGE: Final = 500
# Pages are asked for just after the last act.
_LATER: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationStack:
    """The product over one data set: every track is in its index, every act to learn from in its log."""

    app: App
    data: Dataset
    ledger: Ledger

    @classmethod
    def over(cls, app: App, data: Dataset, *, with_text: bool, step: Callable[[int], None]) -> "EvaluationStack":
        """Put the tracks and the acts in; ``step`` is told how many tracks are done."""
        stores = app.stores
        for start in range(0, len(data.tracks), _PAGE):
            numbers = range(start, min(start + _PAGE, len(data.tracks)))
            tracks = [
                Track(track_id=data.tracks[at], metadata=data.metadata(at), added_at=data.now, status=TrackStatus.READY) for at in numbers
            ]
            if with_text:
                stores.catalog.put_many(tracks)
                app.ingest.read([track.track_id for track in tracks])
            else:
                app.placing.place(tracks, {})
            step(len(numbers))
        for start in range(0, len(data.acts), _PAGE):
            stores.interactions.append(data.acts[start : start + _PAGE])
        return cls(app, data, read(stores.interactions.until(data.now + _LATER)))

    def serve(self, version: str, recipe: Recipe) -> Manifest:
        """Train a version, publish it, swap it in and make every taste anew, as the scheduled training does."""
        app, known = self.app, gather(self.ledger)
        described = describe(self.ledger.tracks, app.stores.catalog, app.stores.index, app.stores.serving.get())
        factors = fit(known.matrix(), recipe, content=described.content)
        manifest = Manifest(
            version=version,
            trained_at=self.data.now,
            users=len(self.ledger.users),
            tracks=len(self.ledger.tracks),
            interactions=len(self.ledger.rows),
            dim=factors.track_vectors.shape[1],
            parameters=recipe.to_parameters(),
            metrics={},
            published=True,
        )
        files = {
            "vectors": {"track_ids": np.array(json.dumps(self.ledger.tracks)), "vectors": factors.track_vectors},
            "folding": factors.folding.to_arrays(),
            "cold": prediction_of(factors, known.listeners, described, audio_version=app.stores.serving.get().audio_version),
        }
        published = app.models.publish(manifest, files)
        app.swap.serve(version)
        app.tastes.renew_many(self.ledger.users, now=self.data.now + _LATER)
        return published

    def hear(self, acts: Sequence[Interaction]) -> None:
        """Log acts and make the tastes of whose they are, as the product does when they arrive."""
        for start in range(0, len(acts), _PAGE):
            self.app.stores.interactions.append(acts[start : start + _PAGE])
        self.app.tastes.renew_many(sorted({act.user for act in acts}), now=self.data.now + _LATER)

    def lists(self, name: str, policy: Policy, users: Sequence[int] | NDArray[np.integer], *, k: int, step: Callable[[], None]) -> Lists:
        """Return each user's page of ``k`` tracks under a policy."""
        stores = self.app.stores
        recommend = Recommend.over(
            index=stores.index,
            catalog=stores.catalog,
            tastes=self.app.tastes,
            preferences=stores.preferences,
            impressions=stores.impressions,
            serving=stores.serving,
            log=stores.interactions,
            tallies=stores.tallies,
            models=self.app.models,
            policy=policy,
        )
        numbers = {name: at for at, name in enumerate(self.data.tracks)}
        return lists_of(recommend, self.data, users, name=name, k=k, now=self.data.now + _LATER, step=step, numbers=numbers)


def only(policy: Policy, *sources: str) -> Policy:
    """Return the policy with these sources alone."""
    return replace(policy, weights={name: weight for name, weight in policy.weights.items() if name in sources})


def stepping(step: Callable[[], None]) -> Callable[[int], None]:
    """Return the call that takes so many steps."""

    def stepped(count: int) -> None:
        for _ in range(count):
            step()

    return stepped


@contextmanager
def thrown_away() -> Iterator[App]:
    """Lend an app over a new home that is removed in the end."""
    with TemporaryDirectory(prefix="segue-evaluation-") as folder:
        home = Path(folder)
        app = App(Settings.from_env({"SEGUE_HOME": str(home)}))
        try:
            yield app
        finally:
            app.close()
