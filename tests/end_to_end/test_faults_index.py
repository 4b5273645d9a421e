"""On both stacks every difference between catalogue and index is found, and mended without hearing anything again."""

from pathlib import Path

import pytest

from infra.hearing import InProcessHearer
from recommender.filters import Where
from recommender.intake.differences import Differences
from recommender.ports.index import Point
from recommender.ports.queues import Queue
from tests.recommender.engine import at_angle
from tests.walks import Walk, tone


def test_each_difference_is_found_and_mended_on_both_stacks(either: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing, deaf, stale = (either.upload(tone(tmp_path / f"{hertz}.wav", hertz=hertz)) for hertz in (110, 196, 349))
    assert either.drain(Queue.UPLOADS) == 0
    index, repair = either.app.stores.index, either.app.repair
    points = index.fetch([missing, deaf, stale], slots=("audio_a", "text"))
    index.delete([missing])
    index.upsert([Point(deaf, {"text": points[deaf].vectors["text"]}, points[deaf].payload), Point("ghost", {"audio_a": at_angle(5)}, {})])
    index.set_payload({stale: {"year": 1066}})
    monkeypatch.setattr(InProcessHearer, "hear", refuse)

    found = repair.differences()
    done = repair.run()

    assert found == Differences(tracks=3, missing=(missing,), incomplete=(deaf,), ghosts=("ghost",), stale=(stale,))
    assert (done.placed, done.removed, done.unheard) == (3, 1, ())
    assert repair.differences().none
    assert index.count(Where()) == 3
    mended = index.fetch([missing, deaf, stale], slots=("audio_a", "text"))
    for track_id, point in points.items():
        assert dict(mended[track_id].payload) == dict(point.payload)
        assert mended[track_id].vectors["audio_a"] == pytest.approx(point.vectors["audio_a"], abs=1e-5)


def refuse(_self: InProcessHearer, path: Path) -> None:
    raise AssertionError(path)
