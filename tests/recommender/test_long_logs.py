"""However long a log is, a taste is made of a bounded part of it, and is the one that the whole log would make."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.interactions import Interaction, Kind
from recommender.serving import Serving
from recommender.tastes.evidence import evidence_of
from recommender.tastes.history import READ
from recommender.tastes.preferences import Preferences
from recommender.tastes.tasting import taste_of
from recommender.tastes.weighing import Shelves
from tests.fakes.stores import FakeInteractionLog
from tests.recommender.engine import EAR, NOW, Engine, act
from tests.recommender.test_never_played import told_of

HEARD = {"r0": 0, "r10": 10, "j90": 90, "j100": 100, "n180": 180}


class Counting(FakeInteractionLog):
    """Say how many acts were read."""

    read = 0

    def of_users(self, users: Sequence[str], *, limit: int | None = None, kind: Kind | None = None) -> dict[str, list[Interaction]]:
        found = super().of_users(users, limit=limit, kind=kind)
        self.read += sum(map(len, found.values()))
        return found


def library() -> Engine:
    engine = Engine()
    for track_id, degrees in HEARD.items():
        engine.add(track_id, degrees)
    return engine


def lived(rng: Random, *, acts: int, banning: float, tracks: int, quiet: int) -> list[Interaction]:
    """Return a life of listening: mostly what is known, with bans of many tracks, some of which end or are lifted again.

    For so many days now there were none.
    """
    told = []
    for number in range(acts):
        bans = rng.random() < banning
        kind = rng.choice([Kind.BAN, Kind.BAN, Kind.BAN, Kind.UNBAN]) if bans else rng.choice([Kind.PLAY, Kind.PLAY, Kind.SKIP, Kind.LIKE])
        at = NOW - timedelta(days=rng.uniform(quiet if bans else 0, 300))
        until = at + timedelta(days=rng.randrange(1, 200)) if kind is Kind.BAN and rng.random() < 0.2 else None
        track = f"t{rng.randrange(tracks)}" if bans else rng.choice(sorted(HEARD))
        told.append(act(track, kind, interaction_id=f"i{number}", at=at, until=until, context=rng.choice([None, "sleep"])))
    return told


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 2**32),
    st.sampled_from([0.02, 0.5, 0.9]),
    st.sampled_from([30, 5_000]),
    st.sampled_from([0, 150]),
    st.sampled_from([None, NOW - timedelta(days=20), NOW - timedelta(days=250)]),
    st.sampled_from([(), ("sleep",)]),
)
def test_the_part_that_is_read_makes_the_taste_of_the_whole_log(
    seed: int, banning: float, tracks: int, quiet: int, reset: datetime | None, left_out: tuple[str, ...]
) -> None:
    acts = lived(Random(seed), acts=3_000, banning=banning, tracks=tracks, quiet=quiet)  # noqa: S311 - made-up listening
    asked = Preferences(user="ann", reset_at=reset, exclude_contexts=left_out)
    engine = library()
    engine.log.append(acts)
    engine.preferences.put(asked)

    taste = engine.tastes.renew("ann", now=NOW)

    shelves = Shelves(engine.index.fetch(list(HEARD), slots=("audio_a",)))
    whole = taste_of("ann", evidence_of(acts, asked, now=NOW), shelves, serving=Serving(audio_version=EAR), folding=None, now=NOW)
    assert told_of(taste) == told_of(whole)


@pytest.mark.parametrize("acts", [7_000, 14_000])
def test_a_longer_log_is_not_read_any_further(acts: int) -> None:
    life = [act(f"t{number}", Kind.PLAY if number % 12 else Kind.BAN, days_ago=number / 100) for number in range(acts)]
    log = Counting(life)

    replace(library().tastes, log=log).renew("ann", now=NOW)

    assert log.read == 2 * READ
