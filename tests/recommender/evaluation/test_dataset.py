"""A log is split by time, so that nothing that is reported was ever learned from."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from embeddings.collaborative import Recipe
from recommender.errors import InvalidInput
from recommender.evaluation.dataset import Dataset, genres_of, of_log, of_split
from recommender.evaluation.figures import figures, rows
from recommender.evaluation.listening import read_split
from recommender.evaluation.tuning import REGULARISATION, UNOBSERVED, tuned
from recommender.interactions import Interaction, Kind
from recommender.tracks import Metadata

START = datetime(2026, 1, 1, tzinfo=UTC)


def act(user: str, track: str, day: int, kind: Kind = Kind.PLAY) -> Interaction:
    return Interaction(interaction_id=f"{user}.{track}.{day}", user=user, track_id=track, kind=kind, at=START + timedelta(days=day))


def test_the_first_seven_tenths_are_learned_from_and_the_last_fifth_is_reported() -> None:
    acts = [act("ann", f"t{day}", day) for day in reversed(range(10))]

    data = of_log(acts, {})

    parts = (data.split.train, data.split.valid, data.split.test)
    assert [[data.tracks[track] for track in part.of(0)] for part in parts] == [[f"t{day}" for day in range(7)], ["t7"], ["t8", "t9"]]
    assert [one.track_id for one in data.acts] == [f"t{day}" for day in range(7)]
    assert data.now == START + timedelta(days=6)


def test_what_was_heard_before_is_not_held_out_again() -> None:
    acts = [act("ann", f"t{day}", day) for day in range(8)] + [act("ann", "t0", 8), act("ann", "t7", 9)]

    data = of_log(acts, {})

    assert data.split.test.counts.tolist() == [0]


def test_what_was_skipped_is_learned_from_and_never_held_out() -> None:
    acts = [act("ann", f"t{day}", day, Kind.SKIP if day in {2, 8} else Kind.PLAY) for day in range(10)]

    data = of_log(acts, {})

    assert "t2" in {data.tracks[track] for track in data.split.train.of(0)}
    assert [data.tracks[track] for track in data.split.test.of(0)] == ["t9"]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_log_of_one_moment_has_no_past_to_learn_from(count: int) -> None:
    with pytest.raises(InvalidInput, match=f"{count} acts"):
        of_log([act("ann", f"t{number}", 0) for number in range(count)], {})


def test_three_files_become_whole_plays_of_the_first() -> None:
    data = of_split(read_split(["0 0 1", "1 1"], ["0 2"], ["1 2"]), {}, now=START)

    assert [(one.user, one.track_id, one.share) for one in data.acts] == [("user-0", "0", 1.0), ("user-0", "1", 1.0), ("user-1", "1", 1.0)]
    assert data.metadata(2).title == "2"


def test_a_track_shares_itself_out_among_the_commonest_genres() -> None:
    known = {"0": Metadata(title="a", genres=("rock", "pop")), "1": Metadata(title="b", tags=("rock",))}
    data = of_split(read_split(["0 0 1 2"], [], []), known, now=START)

    both, commonest = genres_of(data), genres_of(data, most=1)

    assert both.tolist() == [[0.5, 0.5], [1.0, 0.0], [0.0, 0.0]]
    assert commonest.tolist() == [[1.0], [1.0], [0.0]]


def styles() -> Dataset:
    """Even users play even tracks and odd users odd ones; of every six of theirs four are to learn from."""
    parts = [
        [" ".join(map(str, (user, *(t for t in range(user % 2, 24, 2) if (t // 2 + user) % 6 in kept)))) for user in range(24)]
        for kept in ({0, 1, 2, 3}, {4}, {5})
    ]
    known = {str(track): Metadata(title=str(track), genres=("even" if track % 2 == 0 else "odd",)) for track in range(24)}
    return of_split(read_split(*parts), known, now=START)


def test_lists_of_the_users_own_style_are_true_to_it_and_not_diverse() -> None:
    data, users = styles(), np.arange(2)
    lists = np.array([[0, 2, 4, 6], [1, 3, 5, 7]])

    told = figures(data, users, lists, data.split.test)

    assert told["calibration@10"] == pytest.approx(0.0)
    assert told["diversity@10"] == pytest.approx(0.0)


def test_where_no_genre_is_known_nothing_is_said_of_diversity_and_calibration() -> None:
    data = of_split(read_split(["0 0"], [], ["0 1"]), {}, now=START)

    told = figures(data, np.array([0]), np.array([[1]]), data.split.test)

    assert told["recall@10"] == 1.0
    assert not any(name.startswith(("diversity", "calibration")) for name in told)


def test_a_table_has_a_row_for_each_figure_and_a_column_for_each_system() -> None:
    data, users = styles(), np.arange(2)
    told = figures(data, users, np.array([[0, 2], [1, 3]]), data.split.test)

    table = rows({"popularity": told, "hybrid": told})

    assert table[0] == ("", "popularity", "hybrid")
    assert [row[0] for row in table[1:4]] == ["recall@10", "recall@20", "recall@40"]
    assert {row[0] for row in table[7:]} == {
        f"{name}@20" for name in ("map", "hit_rate", "coverage", "novelty", "diversity", "gini", "calibration")
    }


def test_tuning_stays_within_its_grid_and_looks_at_nothing_but_the_validation_part() -> None:
    data, start = styles(), Recipe(dim=4, word_dim=2)
    blind = of_split(
        read_split(*[[f"{u} {' '.join(map(str, part.of(u)))}" for u in range(24)] for part in (data.split.train, data.split.valid)], []),
        data.known,
        now=START,
    )

    chosen, without_test = tuned(data, start), tuned(blind, start)

    assert chosen == without_test
    assert chosen.unobserved / start.unobserved in UNOBSERVED
    assert chosen.regularisation / start.regularisation in REGULARISATION
