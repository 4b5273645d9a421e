"""Objects that no track has any use for, and tracks whose audio lies there and was never heard."""

from collections.abc import Iterator
from dataclasses import dataclass

from recommender.intake.uploads import BEGUN, track_of
from recommender.models import PREFIX
from recommender.ports.catalog import Catalog
from recommender.ports.objects import Objects
from recommender.tracks import TrackStatus


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What a look through the objects found; true while nothing is being ingested or trained.

    Attributes
    ----------
    unheard
        Keys of uploads whose track waits to be heard.
    useless
        Keys of uploads without a track, or whose track is done with its audio; and of files of a model version that was never finished.
    unsent
        Tracks that wait for audio which is not there.
    """

    unheard: tuple[str, ...]
    useless: tuple[str, ...]
    unsent: tuple[str, ...]


def leftovers(catalog: Catalog, objects: Objects, *, keep_audio: bool) -> Leftovers:
    """Compare the objects with the catalogue; nothing is changed.

    Parameters
    ----------
    keep_audio
        Whether audio stays after it was heard: then that of a track that is there is of use.
    """
    keys = {key: track_of(key)[0] for key in objects.keys(BEGUN)}
    tracks = dict(_known(catalog, [name for name in keys.values() if name is not None]))
    unheard = tuple(key for key, name in keys.items() if tracks.get(name or "") is TrackStatus.QUEUED)
    kept = {key for key, name in keys.items() if keep_audio and name in tracks}
    useless = tuple(key for key in keys if key not in kept and key not in unheard)
    return Leftovers(unheard, (*useless, *_unfinished(objects)), tuple(_unsent(catalog, {keys[key] for key in unheard})))


def _known(catalog: Catalog, track_ids: list[str]) -> Iterator[tuple[str, TrackStatus]]:
    for start in range(0, len(track_ids), 500):
        yield from ((asked, track.status) for asked, track in catalog.get_many(track_ids[start : start + 500]).items())


def _unfinished(objects: Objects) -> Iterator[str]:
    """Yield the files of model versions that have no manifest: it is written last."""
    keys = list(objects.keys(PREFIX))
    whole = {key.removesuffix("manifest.json") for key in keys if key.endswith("/manifest.json")}
    yield from (key for key in keys if "/" in key.removeprefix(PREFIX) and f"{key.rpartition('/')[0]}/" not in whole)


def _unsent(catalog: Catalog, sent: set[str | None]) -> Iterator[str]:
    after: str | None = None
    while page := catalog.scroll(after=after, limit=500):
        yield from (track.track_id for track in page if track.status is TrackStatus.QUEUED and track.track_id not in sent)
        after = page[-1].track_id
