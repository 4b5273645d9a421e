"""After an erasure the factors may be replaced: what knew the erased goes, and what takes its place is sane."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from recommender.errors import Conflict, InvalidInput
from recommender.manifest import Manifest
from recommender.training.contest import Contest
from recommender.training.gate import replacement_refusal_of
from recommender.training.judging import Judged
from recommender.training.train import TOO_LITTLE
from tests.recommender.engine import NOW, Engine, act
from tests.recommender.versions import publish


def served() -> Engine:
    """An engine whose serving version, and the one before it, learned from ann."""
    engine = Engine()
    engine.add("rock", 0)
    engine.listen(act("rock"), act("rock", user="ben"))
    for version, days_ago in (("former", 3), ("serving", 2)):
        publish(engine.models, version, {"rock": days_ago}, days_ago=days_ago)
        engine.swap.serve(version)
    return engine


def training(engine: Engine, run: Callable[..., Manifest]) -> None:
    """Let trainings be this function; what one learns is not this test's concern."""
    engine.replacing = replace(engine.replacing, training=SimpleNamespace(run=run))  # type: ignore[type-var]  # runs as a training does


def fresh(engine: Engine, **fields: Any) -> Callable[..., Manifest]:
    def run(*, replaces: bool, **_: object) -> Manifest:
        assert replaces
        manifest = publish(engine.models, "fresh", {"rock": 1}, days_ago=-1, **fields)
        if manifest.published:
            engine.swap.serve("fresh")
        return manifest

    return run


def test_what_knew_the_erased_is_removed_and_cannot_be_rolled_back_to() -> None:
    engine = served()
    engine.erase("ann", retrain=True)
    training(engine, fresh(engine))

    engine.replacing.run(now=NOW)

    serving = engine.serving.get()
    assert (serving.collab_version, serving.former_collab, serving.idle_collab) == ("fresh", None, None)
    assert [manifest.version for manifest in engine.models.manifests()] == ["fresh"]
    with pytest.raises(Conflict):
        engine.swap.rollback()


def test_the_receipt_says_so_and_is_signed_again() -> None:
    engine = served()
    asked = engine.erase("ann", retrain=True)
    training(engine, fresh(engine))

    engine.replacing.run(now=NOW)

    receipt = engine.erasing.receipt("r1")
    assert (asked.retraining, receipt.retraining, receipt.replaced_by) == ("asked", "done", "fresh")
    assert {version.version: version.state for version in receipt.versions} == {"former": "removed", "serving": "removed"}
    assert engine.erasing.seal.holds(receipt)
    assert engine.audit.chain[receipt.entry - 1].act.subject == receipt.audited_as
    assert engine.replacing.asking.asked() == []


def test_a_version_that_was_being_trained_during_the_erasure_goes_too() -> None:
    engine = served()
    publish(engine.models, "meanwhile", {"rock": 5}, days_ago=0.001)
    engine.erase("ann", retrain=True)
    training(engine, fresh(engine))

    engine.replacing.run(now=NOW)

    assert [manifest.version for manifest in engine.models.manifests()] == ["fresh"]


def test_where_nothing_sane_comes_of_it_no_factors_serve_and_the_old_ones_are_gone() -> None:
    engine = served()
    engine.erase("ann", retrain=True)
    training(engine, fresh(engine, refusal="not sane"))

    engine.replacing.run(now=NOW)

    assert engine.serving.get().collab_version is None
    assert engine.erasing.receipt("r1").retraining == "withdrawn"
    point = engine.index.fetch(["rock"], slots=("collab_a", "collab_b"))["rock"]
    assert dict(point.vectors) == {}
    assert engine.ask("ben").items


def test_with_too_little_listening_left_the_old_ones_go_as_well() -> None:
    engine = served()
    engine.erase("ann", retrain=True)

    def run(**_: object) -> Manifest:
        raise InvalidInput("too few", code=TOO_LITTLE)

    training(engine, run)
    with pytest.raises(InvalidInput):
        engine.replacing.run(now=NOW)

    assert (engine.models.manifests(), engine.serving.get().collab_version) == ([], None)
    assert engine.erasing.receipt("r1").retraining == "withdrawn"


def test_versions_of_before_the_erased_came_stay() -> None:
    engine = served()
    publish(engine.models, "before", {"rock": 9}, days_ago=30)
    engine.erase("ann", retrain=True, now=NOW + timedelta(seconds=1))
    training(engine, fresh(engine))

    engine.replacing.run(now=NOW)

    assert [manifest.version for manifest in engine.models.manifests()] == ["fresh", "before"]


def contest(ours: list[float], popular: list[float]) -> Contest:
    """Return a contest of these listeners, each shown twenty tracks that nobody else is shown."""

    def judged(ndcg: list[float]) -> Judged:
        lists = np.arange(len(ndcg) * 20).reshape(len(ndcg), 20)
        return Judged(lists, np.array(ndcg), {"ndcg@20": float(np.mean(ndcg))})

    candidate = judged(ours)
    return Contest(candidate, judged(popular), serving=candidate, serving_name="what serves", is_fresh=False, n_tracks=1000)


@pytest.mark.parametrize(
    ("ours", "why"),
    [([0.5, 0.4, 0.5, 0.6, 0.5], None), ([0.3] * 5, None), ([0.1, 0.0, 0.1, 0.1, 0.0], "clearly below popularity"), ([0.5] * 4, "only 4")],
    ids=["better", "as good", "clearly worse", "unjudged"],
)
def test_a_replacement_has_to_be_sane_not_better(ours: list[float], why: str | None) -> None:
    refusal = replacement_refusal_of(contest(ours, [0.3] * len(ours)))

    assert (refusal is None) if why is None else (refusal is not None and why in refusal)
