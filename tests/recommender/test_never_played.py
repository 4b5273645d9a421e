"""What is excluded, private or of before a reset counts as never played, in whatever order and batches it came."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.interactions import Interaction, Kind
from recommender.tastes.preferences import Preferences
from recommender.tastes.taste import Taste
from tests.recommender.engine import NOW, Engine, act

SOUNDS = {"r0": ("Ann", 0), "r10": ("Bob", 10), "j90": ("Ann", 90), "j100": ("Cat", 100), "n180": ("Dan", 180)}
ACTS = st.builds(
    lambda number, track, kind, context, private, hours: act(
        track, kind, interaction_id=f"i{number}", context=context, private=private, at=NOW - timedelta(hours=hours), heard_ms=None
    ),
    st.integers(0, 10**6),
    st.sampled_from(sorted(SOUNDS)),
    st.sampled_from(Kind),
    st.sampled_from([None, "sleep", "work"]),
    st.booleans(),
    st.integers(0, 24 * 90),
)
HISTORIES = st.lists(ACTS, max_size=12, unique_by=lambda told: told.interaction_id)
ASKED = st.builds(
    lambda tracks, artists, contexts: Preferences(
        user="ann", exclude_tracks=tuple(tracks), exclude_artists=tuple(artists), exclude_contexts=tuple(contexts)
    ),
    st.sets(st.sampled_from(sorted(SOUNDS)), max_size=2),
    st.sets(st.sampled_from(["ann", "CAT", "Nobody"]), max_size=2),
    st.sets(st.sampled_from(["sleep", "work"]), max_size=1),
)


def library() -> Engine:
    engine = Engine()
    for track_id, (artist, degrees) in SOUNDS.items():
        engine.add(track_id, degrees, artists=(artist,), genres=(track_id[0],))
    return engine


def learned(engine: Engine) -> object:
    taste = engine.taste_store.get("ann")
    return None if taste is None else told_of(taste)


def told_of(taste: Taste) -> object:
    modes = [
        (part, name, mode.weight, mode.exemplars, mode.since, mode.vector.tobytes())
        for part, spaces in (("long", taste.spaces), ("session", taste.session))
        for name, space in spaces.items()
        for mode in (*space.modes, *space.distastes)
    ]
    return modes, dict(taste.heard), dict(taste.banned), dict(taste.artists), dict(taste.genres), taste.plays, taste.session_at


def is_left_out(told: Interaction, asked: Preferences) -> bool:
    artists = {name.casefold() for name in asked.exclude_artists}
    return (
        told.private
        or told.track_id in asked.exclude_tracks
        or told.context in asked.exclude_contexts
        or SOUNDS[told.track_id][0].casefold() in artists
    )


@settings(deadline=None, max_examples=60)
@given(HISTORIES, ASKED)
def test_what_is_excluded_afterwards_counts_as_never_played(acts: list[Interaction], asked: Preferences) -> None:
    excluding, never = library(), library()
    excluding.listen(*acts)
    never.listen(*(told for told in acts if not is_left_out(told, asked)))
    if acts and never.taste_store.get("ann") is None:
        never.tastes.renew("ann", now=NOW)

    excluding.choices.put(asked, now=NOW)

    assert learned(excluding) == learned(never)


@settings(deadline=None, max_examples=60)
@given(HISTORIES, ASKED, st.data())
def test_any_order_any_batches_and_any_repetition_make_the_same_taste(
    acts: list[Interaction], asked: Preferences, drawn: st.DataObject
) -> None:
    whole, parts = library(), library()
    for engine in (whole, parts):
        engine.choices.put(asked, now=NOW)
    whole.listen(*acts)

    shuffled = drawn.draw(st.permutations([*acts, *drawn.draw(st.lists(st.sampled_from(acts), max_size=4) if acts else st.just([]))]))
    while shuffled:
        size = drawn.draw(st.integers(1, len(shuffled)))
        messages, shuffled = shuffled[:size], shuffled[size:]
        parts.feedback.record_many([[told] for told in messages], now=NOW)

    assert learned(parts) == learned(whole)


@settings(deadline=None, max_examples=30)
@given(HISTORIES, st.integers(0, 24 * 90))
def test_of_before_a_reset_nothing_counts_but_bans(acts: list[Interaction], hours: int) -> None:
    reset, never = library(), library()
    moment = NOW - timedelta(hours=hours)
    reset.listen(*acts)
    never.listen(*(told for told in acts if told.at >= moment))
    if acts and never.taste_store.get("ann") is None:
        never.tastes.renew("ann", now=NOW)
    assert reset.choices.reset("ann", now=moment).reset_at == moment

    after = reset.tastes.renew("ann", now=NOW) if acts else None

    expected = never.taste_store.get("ann")
    assert (after is None) == (expected is None)
    if after is not None and expected is not None:
        assert told_of(replace(after, banned={})) == told_of(replace(expected, banned={}))
        assert after.banned.keys() >= {told.track_id for told in acts if told.kind is Kind.BAN and not told.private} - {
            told.track_id for told in acts if told.kind is Kind.UNBAN and not told.private
        }


def test_what_lies_behind_hundreds_of_excluded_plays_still_counts() -> None:
    engine, never = library(), library()
    asleep = [act("n180", interaction_id=f"night {number}", context="sleep", days_ago=1 + number / 1e4) for number in range(2300)]
    awake = [act("r0", days_ago=20), act("j90", Kind.LIKE, days_ago=21)]
    engine.listen(*asleep, *awake)
    never.listen(*awake)

    engine.choices.put(Preferences(user="ann", exclude_contexts=("sleep",)), now=NOW)

    assert learned(engine) == learned(never)


def test_acts_on_a_track_that_became_a_duplicate_count_for_its_original() -> None:
    engine, never = library(), library()
    engine.add("r10 again", 10, artists=("Bob",), genres=("r",))
    engine.listen(act("r10 again"), act("j90", Kind.BAN), act("r10 again", Kind.LIKE))
    never.listen(act("r10"), act("j90", Kind.BAN), act("r10", Kind.LIKE))
    merged = engine.catalog.get("r10 again")
    assert merged is not None
    engine.catalog.put(replace(merged, duplicate_of="r10"))
    engine.index.delete(["r10 again"])

    engine.tastes.renew("ann", now=NOW)

    assert learned(engine) == learned(never)


def test_a_track_that_became_a_duplicate_stays_excluded() -> None:
    engine = library()
    engine.add("r10 again", 10)
    engine.choices.put(Preferences(user="ann", exclude_tracks=("r10 again",)), now=NOW)
    merged = engine.catalog.get("r10 again")
    assert merged is not None
    engine.catalog.put(replace(merged, duplicate_of="r10"))
    engine.index.delete(["r10 again"])

    engine.listen(act("r10"), act("j90"))

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert list(taste.heard) == ["j90"]


def test_a_listener_who_banned_hundreds_of_tracks_still_has_a_taste() -> None:
    engine = library()
    engine.listen(*(act(f"bad {number}", Kind.BAN, days_ago=1) for number in range(400)), act("r0", days_ago=2))

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert [mode.exemplars for mode in taste.spaces["audio"].modes] == [("r0",)]
