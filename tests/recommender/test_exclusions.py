"""What must not be shown comes from bans, exclusions and hides, for as long as each holds."""

from datetime import timedelta

from recommender.tastes.exclusions import excluded
from recommender.tastes.preferences import Hidden, Preferences
from recommender.tastes.taste import Taste
from tests.recommender.engine import NOW

LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)


def test_of_somebody_unknown_nothing_is_excluded() -> None:
    assert excluded(None, None, NOW) == ((), ())


def test_bans_hold_until_their_end() -> None:
    taste = Taste(user="ann", updated_at=NOW, banned={"for ever": None, "for now": LATER, "no more": EARLIER})

    assert excluded(None, taste, NOW).track_ids == ("for ever", "for now")


def test_excluded_and_hidden_tracks_and_artists_are_told_once_and_sorted() -> None:
    asked = Preferences(
        user="ann",
        exclude_tracks=("b", "a"),
        exclude_artists=("Björk",),
        hide_tracks=(Hidden("c", LATER), Hidden("a", LATER), Hidden("gone", EARLIER)),
        hide_artists=(Hidden("BJORK", LATER), Hidden("Air", LATER), Hidden("Low", EARLIER)),
    )

    found = excluded(asked, None, NOW)

    assert (found.track_ids, found.artists) == (("a", "b", "c"), ("air", "bjork"))
