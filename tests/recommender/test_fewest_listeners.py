"""Nothing is shown because others play it unless enough distinct listeners do, however often the few play it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from recommender.interactions import Interaction
from recommender.pages.page import Item
from recommender.pages.policy import Policy
from tests.recommender.engine import NOW, Engine, act

# Sources that go by what others play; "popular" fills pages with trends, with the catalogue's own popularity and with what is new.
BY_OTHERS = {"trending", "listeners"}
PLAYED = "played a lot lately"
STYLES = ("rock", "jazz")


def plays(listeners: int, track_id: str, *, times: int = 1, style: str = "rock") -> list[Interaction]:
    return [act(track_id, user=f"{style} fan {number:02}", days_ago=1 + time / 50) for number in range(listeners) for time in range(times)]


def engine_with(*, fewest: int, listeners: int) -> Engine:
    """Return an engine whose fans all play their twelve tracks, and some, again and again, two rare ones of one artist."""
    engine = Engine()
    for style, degrees in zip(STYLES, (0, 90), strict=True):
        for number in range(12):
            engine.add(f"{style}{number:02}", degrees + number, artists=(f"{style} artist {number}",))
    for track_id in ("rare", "rarer"):
        engine.add(track_id, 5.5, artists=("Rare artist",))
    for style in STYLES:
        for number in range(12):
            engine.log.append(plays(40, f"{style}{number:02}", style=style))
    engine.log.append([*plays(listeners, "rare", times=20), *plays(fewest - 1, "rarer", times=20, style="jazz")])
    replace(engine.training, crowd=fewest).run(now=NOW)
    engine.recommend = engine.recommending(Policy(crowd=fewest))
    return engine


def by_others(items: Sequence[Item]) -> set[str]:
    """Return the tracks of a page in which what others play has any part."""
    return {item.track.track_id for item in items if BY_OTHERS & set(item.candidate.parts) or PLAYED in item.candidate.because.text}


def shown(engine: Engine) -> set[str]:
    """Return what others' plays bring to a stranger, to a newcomer who likes rock and to one who likes jazz, at any adventure."""
    engine.listen(act("rock00", user="rocker", days_ago=0.1), act("jazz00", user="jazzer", days_ago=0.1))
    pages = [engine.ask(user, limit=25, adventure=adventure) for user in (None, "rocker", "jazzer") for adventure in (0.0, 0.5, 1.0)]
    return set().union(*(by_others(page.items) for page in pages))


@pytest.mark.parametrize("fewest", [5, 10])
def test_one_listener_too_few_bring_neither_a_track_nor_an_artist_who_has_enough_with_two_tracks_together(fewest: int) -> None:
    found = shown(engine_with(fewest=fewest, listeners=fewest - 1))

    assert not {"rare", "rarer"} & found
    assert len(found) > 10


@pytest.mark.parametrize("fewest", [5, 10])
def test_just_enough_listeners_bring_a_track(fewest: int) -> None:
    assert "rare" in shown(engine_with(fewest=fewest, listeners=fewest))


def test_ten_are_enough_unless_somebody_says_otherwise() -> None:
    assert Policy().crowd == 10
