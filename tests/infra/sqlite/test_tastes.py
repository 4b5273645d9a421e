"""Tastes of real users stay small, and concurrent writers do not overwrite each other."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from embeddings.collaborative.folding import WeightedSum
from embeddings.spaces import AUDIO_DIM, COLLAB_DIM, TEXT_DIM
from embeddings.taste import MOST_MODES
from infra.codec.tastes import encode_taste
from infra.sqlite.database import Database
from infra.sqlite.schema import STATE
from infra.sqlite.tastes import SqliteTasteStore
from recommender.errors import Conflict
from recommender.interactions import Interaction, Kind
from recommender.ports.index import Point
from recommender.serving import Serving
from recommender.tastes.evidence import evidence_of
from recommender.tastes.taste import HEARD_KEPT, Taste
from recommender.tastes.tasting import DISTASTES_KEPT, taste_of
from recommender.tastes.weighing import Shelves

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def fullest_taste(names: Callable[[str], str]) -> Taste:
    """Return what is made of a user who heard, liked, disliked and banned all that a taste can hold, of tracks named so."""
    rng = np.random.default_rng(3)
    tracks = [names(f"{number:04}") for number in range(1200)]
    slots = {"audio_a": AUDIO_DIM, "text": TEXT_DIM, "collab_a": COLLAB_DIM}
    payload = {"artists": [names(f"artist {number}") for number in range(60)], "genres": [names(f"genre {number}") for number in range(60)]}
    points = {
        track_id: Point(track_id, {slot: rng.normal(size=dim).astype(np.float32) / dim**0.5 for slot, dim in slots.items()}, payload)
        for track_id in tracks
    }
    kinds = [Kind.SAVE, Kind.BAN]
    acts = [
        Interaction(interaction_id=track_id, user="u" * 64, track_id=track_id, kind=kinds[at % 2], at=NOON - timedelta(seconds=at))
        for at, track_id in enumerate(tracks)
    ]
    version = "an extractor with a long version name"
    serving = Serving(audio_version=version, text_version=version, collab_version=version)
    evidence = evidence_of(acts, None, now=NOON)
    return taste_of("u" * 64, evidence, Shelves(points), serving=serving, folding=WeightedSum(COLLAB_DIM), now=NOON)


@pytest.mark.parametrize(
    "names",
    [lambda name: f"{name:0>32}", lambda name: f"{name:x<128}", lambda name: f"{name:東<128}", lambda name: f"{name:𝄞<128}"],
    ids=["hashes", "the longest", "beyond ascii", "beyond the basic plane"],
)
def test_the_fullest_taste_is_stored_in_less_than_64_kb(names: Callable[[str], str]) -> None:
    taste = fullest_taste(names)

    assert len(taste.spaces["text"].modes) == MOST_MODES
    assert len(taste.spaces["text"].distastes) == DISTASTES_KEPT
    assert taste.heard
    assert taste.banned
    assert len(json.dumps(encode_taste(taste))) < 64 * 1024
    assert len(json.dumps(encode_taste(taste), ensure_ascii=False).encode()) < 64 * 1024


def test_two_hundred_tracks_with_names_of_ordinary_length_are_remembered() -> None:
    taste = fullest_taste(lambda name: f"{name:0>36}")

    assert len(taste.heard) == HEARD_KEPT
    assert len(taste.banned) > 100


def test_writers_who_retry_on_conflict_lose_no_play(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "state.db", STATE)) as database:
        tastes = SqliteTasteStore(database)

        def play_once(_: int) -> None:
            while True:
                taste = tastes.get("ann") or Taste(user="ann", updated_at=NOON)
                try:
                    tastes.put(replace(taste, plays=taste.plays + 1))
                except Conflict:
                    continue
                return

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(play_once, range(40)))

        found = tastes.get("ann")

    assert found is not None
    assert (found.plays, found.revision) == (40, 40)
