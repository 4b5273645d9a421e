"""The gate on contests that one can see: every listener has one figure, and a list is a run of track numbers."""

from dataclasses import replace

import numpy as np

from recommender.training.contest import COMPARED, Contest
from recommender.training.gate import refusal_of
from recommender.training.judging import DEPTH, METRIC, Judged

LISTENERS, TRACKS = 20, 400
ONE_LIST = np.tile(np.arange(DEPTH), (LISTENERS, 1))
OWN_LISTS = np.arange(LISTENERS * DEPTH).reshape(LISTENERS, DEPTH)


def judged(ndcg: float | list[float], *, lists: np.ndarray = OWN_LISTS) -> Judged:  # type: ignore[type-arg]  # of numbers
    """Return a rival with this figure for every listener."""
    figures = np.resize(np.array(ndcg, np.float64), len(lists))
    named = {**dict.fromkeys(COMPARED, 0.1), METRIC: float(figures.mean())}
    return Judged(lists, figures, named)


def contest(candidate: Judged, *, popularity: float = 0.1, serving: Judged | None = None, is_fresh: bool = True) -> Contest:
    return Contest(
        candidate=candidate,
        popularity=judged(popularity),
        serving=serving,
        serving_name="the serving version v1 itself",
        is_fresh=is_fresh,
        n_tracks=TRACKS,
    )


def test_a_candidate_above_popularity_passes_where_nothing_serves() -> None:
    assert refusal_of(contest(judged(0.2))) is None


def test_a_candidate_that_is_as_good_as_popularity_is_refused_with_both_figures() -> None:
    refusal = refusal_of(contest(judged(0.1)))

    assert refusal is not None
    assert "ndcg@20 0.1000 is not clearly above popularity's 0.1000" in refusal


def test_a_candidate_whose_lead_over_popularity_may_be_chance_is_refused() -> None:
    by_luck = judged([0.0] * 19 + [3.0])

    refusal = refusal_of(contest(by_luck))

    assert refusal is not None
    assert "standard error" in refusal


def test_a_candidate_that_shows_everybody_the_same_few_tracks_is_refused() -> None:
    many = replace(contest(judged(0.2, lists=np.tile(ONE_LIST, (30, 1)))), popularity=judged(0.1, lists=np.tile(ONE_LIST, (30, 1))))

    refusal = refusal_of(replace(many, n_tracks=10_000))

    assert refusal is not None
    assert "show 20 different tracks, at least 500 are needed" in refusal


def test_a_candidate_that_shows_much_less_of_the_catalogue_than_what_serves_is_refused() -> None:
    refusal = refusal_of(contest(judged(0.2, lists=ONE_LIST), serving=judged(0.2)))

    assert refusal is not None
    assert "show 20 different tracks, less than 0.5 times the 400 of what serves" in refusal


def test_a_fresh_candidate_as_good_as_what_serves_passes() -> None:
    assert refusal_of(contest(judged(0.2), serving=judged(0.2))) is None


def test_a_fresh_candidate_behind_what_serves_is_refused_with_figures_and_the_name_of_what_it_met() -> None:
    refusal = refusal_of(contest(judged(0.19), serving=judged(0.2)))

    assert refusal is not None
    assert "0.1900 against 0.2000 of the serving version v1 itself, -0.0100" in refusal


def test_without_new_listening_a_candidate_as_good_as_what_serves_is_refused() -> None:
    refusal = refusal_of(contest(judged(0.2), serving=judged(0.2), is_fresh=False))

    assert refusal is not None
    assert refusal.startswith("nothing has changed in the log since the serving version was trained")


def test_without_new_listening_a_clear_win_passes_and_a_lucky_one_does_not() -> None:
    served = judged(0.2)

    clear = refusal_of(contest(judged(0.25), serving=served, is_fresh=False))
    lucky = refusal_of(contest(judged([0.2] * 19 + [0.9]), serving=served, is_fresh=False))

    assert clear is None
    assert lucky is not None


def test_with_too_few_listeners_to_judge_nothing_passes() -> None:
    refusal = refusal_of(replace(contest(judged(0.9, lists=OWN_LISTS[:4])), popularity=judged(0.1, lists=OWN_LISTS[:4])))

    assert refusal is not None
    assert refusal.startswith("only 4 listeners")


def test_the_figures_of_all_rivals_are_told() -> None:
    metrics = contest(judged(0.3), serving=judged(0.2)).metrics()

    assert [round(metrics[name], 6) for name in (METRIC, "popularity_" + METRIC, "serving_" + METRIC)] == [0.3, 0.1, 0.2]
    assert (metrics["judged_users"], round(metrics["ahead_of_serving"], 6)) == (LISTENERS, 0.1)
