"""Objects are held against the catalogue: what waits to be heard, what has no use, what was never sent."""

from recommender.intake.leftovers import Leftovers, leftovers
from recommender.tracks import Metadata, Track, TrackStatus
from tests.fakes.catalog import FakeCatalog
from tests.fakes.objects import FakeObjects
from tests.recommender.engine import NOW


def library(**statuses: TrackStatus) -> FakeCatalog:
    catalog = FakeCatalog()
    for name, status in statuses.items():
        catalog.put(Track(track_id=name, metadata=Metadata(title=name), added_at=NOW, status=status))
    return catalog


def stored(*keys: str) -> FakeObjects:
    objects = FakeObjects()
    for key in keys:
        objects.put(key, b"content")
    return objects


def test_a_library_at_rest_has_no_leftovers() -> None:
    found = leftovers(library(done=TrackStatus.READY), stored("models/v1/manifest.json", "models/v1/vectors.npz"), keep_audio=False)

    assert found == Leftovers((), (), ())


def test_audio_of_a_track_that_waits_is_unheard_and_a_track_without_audio_unsent() -> None:
    catalog = library(half=TrackStatus.QUEUED, begun=TrackStatus.QUEUED)

    found = leftovers(catalog, stored("uploads/by-id/half/half.wav"), keep_audio=False)

    assert found == Leftovers(unheard=("uploads/by-id/half/half.wav",), useless=(), unsent=("begun",))


def test_audio_of_nobody_and_of_a_track_that_is_done_has_no_use() -> None:
    objects = stored("uploads/by-id/done/a.wav", "uploads/by-id/nobody/b.wav")

    found = leftovers(library(done=TrackStatus.READY), objects, keep_audio=False)

    assert found.useless == ("uploads/by-id/done/a.wav", "uploads/by-id/nobody/b.wav")


def test_audio_that_is_to_be_kept_is_of_use() -> None:
    objects = stored("uploads/by-id/done/a.wav", "uploads/by-id/nobody/b.wav")

    found = leftovers(library(done=TrackStatus.READY), objects, keep_audio=True)

    assert found.useless == ("uploads/by-id/nobody/b.wav",)


def test_files_of_a_model_version_that_was_never_finished_have_no_use() -> None:
    objects = stored("models/v1/manifest.json", "models/v1/vectors.npz", "models/v2/vectors.npz", "models/progress.json")

    found = leftovers(library(), objects, keep_audio=False)

    assert found.useless == ("models/v2/vectors.npz",)
