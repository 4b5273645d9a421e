"""The reason of a track from the collaborative space names what it goes with, not what is played most."""

from dataclasses import replace

from recommender.interactions import Kind
from recommender.pages.explaining import reason_of
from recommender.pages.policy import Policy
from tests.recommender.engine import Engine, act
from tests.recommender.versions import publish

ANGLES = {"left": 0, "right": 90, "near left": 5, "near right": 85}


def test_a_sentence_names_the_nearest_of_what_is_played() -> None:
    engine = Engine()
    for name, degrees in ANGLES.items():
        engine.add(name, degrees, artists=(name,))
    publish(engine.models, "v1", ANGLES)
    engine.swap.serve("v1")
    engine.listen(act("left", Kind.LIKE, days_ago=1), act("right", Kind.LIKE, days_ago=1))
    engine.recommend = engine.recommending(replace(Policy(), weights={"collab": 1.0}))

    page = engine.ask(limit=2)

    named = {item.track.track_id: reason_of(item, page.exemplars)[1][0] for item in page.items}
    assert named == {"near left": "left", "near right": "right"}


def test_an_empty_library_drops_nothing() -> None:
    assert Engine().ask(explained=True).dropped == ()
