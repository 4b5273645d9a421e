"""Whatever is asked of whatever library by whomever: filters hold, nothing is shown twice, and what is excluded stays away."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.filters import Filters
from recommender.interactions import Interaction, Kind
from recommender.pages.asking import Seeds
from recommender.tastes.preferences import Consent
from tests.recommender.engine import NOW, Engine, act, ids

GENRES = ("rock", "jazz", "folk")
NUMBERS = st.integers(0, 29)
TRACKS = NUMBERS.map(lambda number: f"t{number}")
ACTS = st.builds(
    lambda track_id, kind, hours: act(track_id, kind, days_ago=hours / 24),
    TRACKS,
    st.sampled_from([Kind.PLAY, Kind.SKIP, Kind.LIKE, Kind.BAN]),
    st.integers(0, 24 * 40),
)
FILTERS = st.builds(
    Filters,
    genres=st.lists(st.sampled_from(GENRES), max_size=2, unique=True).map(tuple),
    year_min=st.none() | st.integers(2000, 2029),
    explicit=st.none() | st.booleans(),
    exclude_artists=st.lists(st.integers(0, 9).map(lambda number: f"Artist {number}"), max_size=2).map(tuple),
    exclude_tracks=st.lists(TRACKS, max_size=5).map(tuple),
    targets=st.sampled_from([{}, {"tempo": 120.0}]),
)


def library() -> Engine:
    """Return thirty tracks: three genres, ten artists, every third one explicit, each from another year, the last five new."""
    engine = Engine()
    for number in range(30):
        engine.add(
            f"t{number}",
            None if number % 7 == 0 else 12 * number,
            genres=(GENRES[number % 3],),
            artists=(f"Artist {number % 10}",),
            album=f"Album {number % 5}",
            year=2000 + number,
            explicit=number % 3 == 0,
            attributes={"tempo": 80.0 + 3 * number},
        )
    engine.index.set_payload({f"t{number}": {"added_at": int((NOW - timedelta(days=1)).timestamp())} for number in range(25, 30)})
    return engine


def passes(number: int, filters: Filters) -> bool:
    return (
        (not filters.genres or GENRES[number % 3] in filters.genres)
        and (filters.year_min is None or 2000 + number >= filters.year_min)
        and (filters.explicit is None or (number % 3 == 0) == filters.explicit)
        and f"Artist {number % 10}" not in filters.exclude_artists
        and f"t{number}" not in filters.exclude_tracks
    )


@settings(deadline=None, max_examples=60)
@given(
    acts=st.lists(ACTS, max_size=12, unique_by=lambda one: one.interaction_id),
    between=st.lists(ACTS, max_size=3, unique_by=lambda one: one.interaction_id),
    filters=FILTERS,
    adventure=st.sampled_from([0.0, 0.3, 1.0]),
    limit=st.integers(1, 12),
    seeds=st.lists(TRACKS, max_size=2, unique=True),
    consent=st.sampled_from(list(Consent)),
    allow_explicit=st.booleans(),
)
def test_no_page_breaks_its_promises(
    acts: list[Interaction],
    between: list[Interaction],
    filters: Filters,
    adventure: float,
    limit: int,
    seeds: list[str],
    consent: Consent,
    *,
    allow_explicit: bool,
) -> None:
    engine = library()
    engine.prefer(consent=consent, allow_explicit=allow_explicit, exclude_tracks=("t1",), exclude_artists=("artist 2",))
    engine.listen(*acts)

    shown: list[str] = []
    after = None
    for page_number in range(3):
        page = engine.ask(limit=limit, adventure=adventure, filters=filters, seeds=Seeds.of(tracks=seeds), after=after)
        shown += ids(page)
        assert page.items or page.why
        if page.next is None:
            break
        after = page.next
        if page_number == 0:
            engine.listen(*between)

    numbers = [int(track_id[1:]) for track_id in shown]
    banned = {one.track_id for one in acts if one.kind is Kind.BAN} if consent is Consent.PERSONAL else set()
    assert len(shown) == len(set(shown))
    assert all(passes(number, filters) for number in numbers)
    assert not banned & set(shown)
    assert not {"t1", *seeds} & set(shown)
    assert not any(number % 10 == 2 for number in numbers)
    if not allow_explicit and filters.explicit is None:
        assert not any(number % 3 == 0 for number in numbers)
