"""What each source proposes, and when it has nothing to go by."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from embeddings.taste import Mode
from recommender.crowds import Crowds
from recommender.filters import AnyOf, Where
from recommender.interactions import Kind
from recommender.models import Models
from recommender.pages.arrivals import Arrivals
from recommender.pages.asking import Ask, Listed, Query, Request, Seeded
from recommender.pages.policy import Policy
from recommender.pages.popularity import Popularity
from recommender.pages.ranking import artists_in
from recommender.pages.showcase import Showcase
from recommender.pages.sources.explore import Exploration
from recommender.pages.sources.fresh import FreshTracks
from recommender.pages.sources.listeners import Listeners
from recommender.pages.sources.modes import TasteModes
from recommender.pages.sources.seeds import SeedTracks
from recommender.pages.sources.session import Session
from recommender.pages.sources.trending import Trending
from recommender.serving import Serving
from recommender.tastes.taste import SpaceTaste, Taste
from tests.fakes.objects import FakeObjects
from tests.recommender.engine import EAR, NOW, Engine, act, angle_of, at_angle
from tests.recommender.versions import swappable

MODES = tuple(Mode(at_angle(degrees), weight, (f"t{degrees}",)) for degrees, weight in [(0, 0.49), (90, 0.36), (180, 0.1), (270, 0.05)])


def asked(*, version: str = EAR, adventure: float = 0.5, taste: bool = True, page: str = "r", where: Where | None = None) -> Ask:
    """Return an ask of somebody whose four modes in sound were made in this version."""
    return Ask(
        request=Request(user="ann", recommendation_id=page, adventure=adventure),
        where=where or Where(),
        serving=Serving(audio_version=EAR),
        now=NOW,
        taste=Taste(user="ann", updated_at=NOW, spaces={"audio": SpaceTaste(version, MODES)}) if taste else None,
    )


def questions(proposed: Sequence[Query | Listed]) -> list[Query]:
    """Return what is asked of the index."""
    return [one for one in proposed if isinstance(one, Query)]


def lists(proposed: Sequence[Query | Listed]) -> list[list[str]]:
    """Return what is proposed by name."""
    return [list(one.track_ids) for one in proposed if isinstance(one, Listed)]


def library() -> Engine:
    """Return four new tracks, a quarter turn apart, of four genres, and an old one."""
    engine = Engine()
    for degrees in (0, 90, 180, 270):
        engine.add(f"new{degrees}", degrees, genres=(f"genre {degrees}",))
        engine.index.set_payload({f"new{degrees}": {"added_at": int((NOW - timedelta(days=1)).timestamp())}})
    engine.add("old", 0, genres=("genre 0",))
    return engine


def fresh_of(engine: Engine) -> FreshTracks:
    return FreshTracks(Arrivals(engine.index, engine.serving, engine.tallies, policy=Policy()))


def showcase_of(engine: Engine) -> Showcase:
    return Showcase(engine.index, engine.catalog, engine.serving, popularity_of(engine))


def popularity_of(engine: Engine) -> Popularity:
    return Popularity(engine.log, engine.index, crowd=3)


def test_two_modes_in_sound_are_asked_for_each_by_the_root_of_its_weight() -> None:
    first, second = TasteModes().proposed(asked())

    assert first.nearest.slot == second.nearest.slot == "audio_a"
    assert round(angle_of(first.nearest.vector)) != round(angle_of(second.nearest.vector))
    roots = {0: 0.7, 90: 0.6, 180: 0.1**0.5, -90: 0.05**0.5, 270: 0.05**0.5}
    for query in (first, second):
        assert query.weight == pytest.approx(roots[round(angle_of(query.nearest.vector))])


def test_a_plain_policy_asks_for_all_modes() -> None:
    assert len(TasteModes().proposed(replace(asked(), policy=Policy.plain()))) == 4


def test_over_pages_every_mode_is_asked_for_and_heavy_ones_more_often() -> None:
    queries = [query for number in range(2000) for query in TasteModes().proposed(asked(page=f"page {number}"))]
    asked_for = Counter(round(angle_of(query.nearest.vector)) % 360 for query in queries)

    assert asked_for[0] > asked_for[90] > asked_for[180] > asked_for[270] > 50


def test_a_taste_of_a_version_that_is_not_served_is_never_compared_with_the_one_that_is() -> None:
    stale = asked(version="ear-0")

    assert TasteModes().proposed(stale) == []
    assert fresh_of(library()).proposed(stale) == []
    assert Exploration(showcase_of(library())).proposed(stale) == []


def test_without_a_taste_or_seeds_nothing_is_proposed() -> None:
    engine, nothing_known = library(), asked(taste=False)
    sources = (
        TasteModes(),
        SeedTracks(engine.models),
        Session(),
        fresh_of(engine),
        Trending(popularity_of(engine)),
        Listeners(engine.models),
        Exploration(showcase_of(engine)),
    )

    assert [list(source.proposed(nothing_known)) for source in sources] == [[]] * 7


def test_seeds_are_asked_for_where_a_taste_for_the_same_tracks_would_be() -> None:
    engine = swappable()
    serving = engine.swap.serve("v1")
    engine.listen(act("rock", Kind.LIKE), act("jazz", Kind.LIKE))
    taste = engine.taste_store.get("ann")
    points = engine.index.fetch(["rock", "jazz"], slots=(serving.collab_slot,))
    seeded = replace(asked(taste=False), serving=serving, seeds={name: Seeded(point, 1.0) for name, point in points.items()})

    (query,) = [one for one in SeedTracks(engine.models).proposed(seeded) if one.source == "seed_collab"]

    assert taste is not None
    liked = taste.spaces["collab"].modes[0].vector
    np.testing.assert_allclose(query.nearest.vector, liked / np.linalg.norm(liked), atol=1e-6)


def test_where_nothing_is_served_nothing_is_asked() -> None:
    assert TasteModes().proposed(replace(asked(), serving=Serving())) == []


def test_a_source_without_a_weight_is_not_asked() -> None:
    mute = replace(asked(), policy=replace(Policy(), weights={}))

    assert TasteModes().proposed(mute) == []
    assert fresh_of(library()).proposed(mute) == []
    assert Exploration(showcase_of(library())).proposed(mute) == []


def test_new_tracks_come_in_the_order_of_their_nearness_to_any_mode() -> None:
    engine = library()
    engine.add("new far", 45)
    engine.index.set_payload({"new far": {"added_at": int(NOW.timestamp())}})

    (names,) = lists(fresh_of(engine).proposed(asked()))

    assert names[-1] == "new far"
    assert set(names) == {"new0", "new90", "new180", "new270", "new far"}


def test_new_tracks_pass_the_filters_and_grow_louder_with_adventure() -> None:
    where = Where((AnyOf("genres", ("genre 90",)),))
    source = fresh_of(library())

    (faint,), (loud,) = (source.proposed(asked(adventure=adventure, where=where)) for adventure in (0.1, 1.0))

    assert list(faint.track_ids) == list(loud.track_ids) == ["new90"]
    assert (faint.weight, loud.weight) == pytest.approx((0.1, 1.0))
    assert source.proposed(asked(adventure=0)) == []


def test_a_new_track_far_from_every_mode_is_not_proposed_unless_its_artist_or_genre_is_played() -> None:
    engine = library()
    (artist,) = artists_in(engine.index.fetch(["new90"])["new90"].payload)
    ask = replace(asked(), taste=replace(only_mode(), genres={"genre 180": 0.5, "genre 270": 0.01}, artists={artist: 0.3}))

    # Like the mode at 0 degrees; of a genre that is played; by an artist that is; the fourth is of a genre that was met once.
    assert lists(fresh_of(engine).proposed(ask)) == [["new0", "new90", "new180"]]


def test_a_new_track_that_is_liker_to_a_dislike_than_to_a_mode_is_not_proposed() -> None:
    engine = library()
    engine.add("between", 50)
    engine.index.set_payload({"between": {"added_at": int(NOW.timestamp())}})
    (liked,) = only_mode().spaces["audio"].modes
    taste = replace(only_mode(), genres={}, spaces={"audio": SpaceTaste(EAR, (liked,), (Mode(at_angle(60), 0.5, ()),))})

    assert lists(fresh_of(engine).proposed(replace(asked(), taste=taste))) == [["new0"]]


def test_no_more_than_a_quarter_of_a_page_is_proposed_because_it_is_new() -> None:
    engine = library()
    for number in range(20):
        engine.add(f"newer{number}", number)
        engine.index.set_payload({f"newer{number}": {"added_at": int(NOW.timestamp())}})

    (names,) = lists(fresh_of(engine).proposed(asked(adventure=1)))

    assert len(names) == 5


def session_at(at: datetime) -> Ask:
    ask = asked()
    assert ask.taste is not None
    return replace(ask, taste=replace(ask.taste, session={"audio": SpaceTaste(EAR, MODES[:1])}, session_at=at))


def test_a_session_speaks_in_full_at_once_half_after_half_an_hour_and_no_more_after_it_is_over() -> None:
    ages = [timedelta(0), timedelta(minutes=30), timedelta(hours=4)]

    weights = [[query.weight for query in Session().proposed(session_at(NOW - age))] for age in ages]

    assert weights == [[1.2], [pytest.approx(0.6)], []]


def test_exploration_asks_further_from_the_mode_with_adventure_and_not_at_all_without() -> None:
    source = Exploration(showcase_of(library()))
    angles = {}
    for adventure in (0.2, 1.0):
        (query,) = source.proposed(replace(asked(adventure=adventure, page="x"), taste=only_mode()))
        angles[adventure] = abs(angle_of(query.nearest.vector))

    assert 0 < angles[0.2] < angles[1.0]
    assert source.proposed(asked(adventure=0)) == []


def only_mode() -> Taste:
    return Taste(user="ann", updated_at=NOW, spaces={"audio": SpaceTaste(EAR, MODES[:1])}, genres={"genre 0": 0.5, "genre 180": 0.5})


def test_exploration_goes_toward_what_is_not_played_and_says_where() -> None:
    source = Exploration(showcase_of(library()))

    asked_for = [
        query.because.text for number in range(40) for query in source.proposed(replace(asked(page=f"page {number}"), taste=only_mode()))
    ]

    assert set(asked_for) == {"a step away from {tracks} toward genre 90", "a step away from {tracks} toward genre 270"}


def test_exploration_takes_pages_to_many_places_of_one_segment() -> None:
    engine = Engine()
    engine.add("known", 0, genres=("genre 0",))
    for degrees in range(60, 120):
        engine.add(f"strange{degrees}", degrees, genres=("genre 90",))
    source = Exploration(showcase_of(engine))

    pages = [replace(asked(page=f"page {number}"), taste=only_mode()) for number in range(40)]
    angles = {round(angle_of(query.nearest.vector)) for ask in pages for query in source.proposed(ask)}

    assert len(angles) > 10


def test_exploration_keeps_away_from_what_is_disliked() -> None:
    (liked,) = only_mode().spaces["audio"].modes
    disliking = replace(only_mode(), spaces={"audio": SpaceTaste(EAR, (liked,), (Mode(at_angle(80), 0.2, ()),))})
    source = Exploration(showcase_of(library()))

    asked_for = {query.because.text for number in range(40) for query in source.proposed(replace(asked(page=f"{number}"), taste=disliking))}

    assert asked_for == {"a step away from {tracks} toward genre 270"}


def test_exploration_asks_under_the_conditions_of_the_modes_so_that_one_pass_answers_both() -> None:
    ask = asked(where=Where((AnyOf("genres", ("rock",)),)))

    (query,) = Exploration(showcase_of(library())).proposed(ask)
    mode = TasteModes().proposed(ask)[0]

    assert (query.nearest.slot, query.nearest.where, query.nearest.limit) == (mode.nearest.slot, mode.nearest.where, mode.nearest.limit)


def test_trending_lists_what_a_crowd_plays_the_most_played_first() -> None:
    engine = library()
    for track_id, listeners in [("new0", 3), ("new90", 5), ("new180", 2)]:
        engine.listen(*(act(track_id, user=f"u{number}", days_ago=1) for number in range(listeners)))

    assert lists(Trending(popularity_of(engine)).proposed(asked())) == [["new90", "new0"]]


class FixedCrowds(Models):
    """Models whose only version has two crowds: one at 0 degrees and one at 90."""

    def __init__(self) -> None:
        super().__init__(FakeObjects())

    def crowds(self, version: str | None) -> Crowds | None:
        centres = np.stack([at_angle(degrees, slot="collab_a") for degrees in (0, 90)])
        return Crowds(centres, ({"a": 0.5, "b": 0.4}, {"c": 0.9, "b": 0.5})) if version else None


def test_listeners_of_like_taste_are_heard_by_how_alike_they_are() -> None:
    collab = SpaceTaste("v1", (Mode(at_angle(20, slot="collab_a"), 1.0, ()),))
    ask = replace(
        asked(),
        serving=Serving(audio_version=EAR, collab_version="v1"),
        taste=Taste(user="ann", updated_at=NOW, spaces={"collab": collab}, heard={"c": NOW}),
    )

    # b: .94 * .4 + .34 * .5 = .55; a: .94 * .5 = .47; c is known already.
    assert lists(Listeners(FixedCrowds()).proposed(ask)) == [["b", "a"]]
    assert Listeners(Models(FakeObjects())).proposed(replace(ask, serving=Serving(audio_version=EAR))) == []
