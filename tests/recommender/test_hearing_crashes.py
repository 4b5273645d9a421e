"""A hearing that crashes half-way leaves nothing that is answered with, and is made whole by the next delivery."""

from collections.abc import Sequence

import pytest

from recommender.errors import Unavailable
from recommender.filters import Filters
from recommender.ports.index import Point
from recommender.tracks import Track, TrackStatus
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.recommender.engine import NOW, Engine, act, angle_of, ids


class CrashingCatalog(FakeCatalog):
    """Fail the first write of a ready track."""

    crashed = False

    def put(self, track: Track) -> Track:
        if track.status is TrackStatus.READY and not self.crashed:
            self.crashed = True
            raise Unavailable("the power went")
        return super().put(track)


class CrashingIndex(FakeIndex):
    """Fail the first write."""

    crashed = False

    def upsert(self, points: Sequence[Point]) -> None:
        if not self.crashed:
            self.crashed = True
            raise Unavailable("the index is out of reach")
        super().upsert(points)


@pytest.mark.parametrize("stores", [{"catalog": CrashingCatalog}, {"index": CrashingIndex}])
def test_a_crash_half_way_is_made_whole_by_the_next_delivery(stores: dict[str, type]) -> None:
    engine = Engine(**{name: store() for name, store in stores.items()})
    key = engine.send(b"flac:30")
    with pytest.raises(Unavailable):
        engine.ingest().hear(key, now=NOW)
    half = engine.catalog.get("t1")
    assert half is not None
    assert half.status is TrackStatus.QUEUED

    whole = engine.ingest().hear(key, now=NOW)

    assert whole is not None
    assert whole.status is TrackStatus.READY
    assert angle_of(engine.index.fetch(["t1"], slots=["audio_a"])["t1"].vectors["audio_a"]) == pytest.approx(30, abs=1e-3)
    assert (len(engine.catalog.tracks), engine.objects.files) == (1, {})


def test_a_track_that_is_not_whole_yet_is_in_no_answer() -> None:
    engine = Engine(catalog=CrashingCatalog())
    engine.catalog.crashed = True
    engine.add("whole", 31, read=True)
    engine.catalog.crashed = False
    with pytest.raises(Unavailable):
        engine.ingest().hear(engine.send(b"flac:30", track_id="half"), now=NOW)
    engine.listen(act("whole", days_ago=0))

    assert ids(engine.ask()) == []
    assert engine.similar.to("whole", space=None, filters=Filters(), limit=5) == []
    assert [found.track.track_id for found in engine.search.find("song band", filters=Filters(), limit=5)] == ["whole"]
