"""The simulated listeners of the benchmark, few enough to be watched in every test run."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from benchmarks.listeners import DIAL, Audience, modes_found, pages, settled, shown
from benchmarks.simulated import world_of
from infra.settings import Settings
from infra.wiring import App
from recommender.pages.policy import Policy


@pytest.fixture(scope="module")
def settled_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, Audience]]:
    """Thirty listeners of two to four genres over 1,000 tracks of 20 genres."""
    app = App(Settings.from_env({"SEGUE_HOME": str(tmp_path_factory.mktemp("listeners") / "home")}))
    yield app, settled(app, world_of(1_000), 30)
    app.close()


@pytest.mark.parametrize("space", ["audio", "text"])
def test_most_genres_that_somebody_loves_have_a_mode_and_most_modes_are_of_such_a_genre(
    settled_app: tuple[App, Audience], space: str
) -> None:
    found = modes_found(*settled_app, space)

    assert found.genres > 0.85
    assert found.modes > 0.7


def test_the_farther_adventure_is_turned_up_the_newer_and_the_farther_off_is_what_is_shown(settled_app: tuple[App, Audience]) -> None:
    app, audience = settled_app

    means = [shown(audience, pages(app, audience, Policy(), adventure=adventure)) for adventure in DIAL]

    # Thirty listeners tell novelty to about a twentieth of a bit; the benchmark has more of them.
    assert means[-1].novelty > means[0].novelty + 0.3
    assert all(more.novelty > less.novelty - 0.1 for less, more in pairwise(means))
    assert all(less.distance < more.distance for less, more in pairwise(means))
    assert all(less.known_artists > more.known_artists for less, more in pairwise(means))


@pytest.mark.parametrize("adventure", [0.3, 1.0])
def test_genres_that_somebody_avoids_are_shown_far_less_than_by_chance(settled_app: tuple[App, Audience], adventure: float) -> None:
    app, audience = settled_app

    means = shown(audience, pages(app, audience, Policy(), adventure=adventure))

    assert means.disliked < 0.2 * 2 / audience.world.n_genres
    assert means.full == 1.0


def test_at_the_usual_adventure_most_of_a_page_has_not_been_heard_before(settled_app: tuple[App, Audience]) -> None:
    app, audience = settled_app

    assert shown(audience, pages(app, audience, Policy())).heard < 0.1
