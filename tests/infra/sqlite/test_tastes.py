"""Tastes of real users stay small, and concurrent writers do not overwrite each other."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from embeddings.spaces import AUDIO_DIM, COLLAB_DIM, TEXT_DIM
from embeddings.taste import MOST_MODES, Mode
from infra.codec.tastes import encode_taste
from infra.sqlite.database import Database
from infra.sqlite.schema import STATE
from infra.sqlite.tastes import SqliteTasteStore
from recommender.errors import Conflict
from recommender.taste import HEARD_KEPT, SpaceTaste, Taste

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def full_space(dim: int) -> SpaceTaste:
    third = np.full(dim, 1 / 3, dtype=np.float32)
    mode = Mode(third, 1 / MOST_MODES, tuple(f"{number:032}" for number in range(5)))
    return SpaceTaste("an extractor with a long version name", (mode,) * MOST_MODES, third)


def test_the_fullest_taste_is_stored_in_less_than_64_kb() -> None:
    taste = Taste(
        user="u" * 64,
        updated_at=NOON,
        spaces={"audio": full_space(AUDIO_DIM), "text": full_space(TEXT_DIM), "collab": full_space(COLLAB_DIM)},
        heard={f"{number:032}": NOON for number in range(HEARD_KEPT)},
        banned=tuple(f"banned{number:026}" for number in range(100)),
        artists={f"an artist with a name {number}": 1 / 3 for number in range(100)},
        genres={f"a genre {number}": 1 / 3 for number in range(50)},
    )

    assert len(json.dumps(encode_taste(taste))) < 64 * 1024


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
