"""All tracks of the catalogue as those of a training, so that a version does not tell which of them somebody played."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from recommender.ports.catalog import Catalog
from recommender.training.ledger import Ledger

_PAGE: Final = 1000


def over_catalogue(ledger: Ledger, catalog: Catalog) -> Ledger:
    """Return the ledger with all tracks of the catalogue, played or not; acts on tracks that are gone fall away, links are followed."""
    tracks = tuple(sorted(_all(catalog)))
    place = {track_id: at for at, track_id in enumerate(tracks)}
    listed = catalog.get_many(ledger.tracks)
    table = np.array([place.get(listed[one].track_id, -1) if one in listed else -1 for one in ledger.tracks], np.int32)
    rows = ledger.rows.copy()
    rows["track"] = table[rows["track"]] if len(table) else -1
    return replace(ledger, tracks=tracks, rows=rows[rows["track"] >= 0])


def _all(catalog: Catalog) -> Iterator[str]:
    after: str | None = None
    while page := catalog.scroll(after=after, limit=_PAGE):
        yield from (track.track_id for track in page)
        after = page[-1].track_id
