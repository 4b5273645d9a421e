"""What is evaluated is the product's page, without what the user was learned from."""

import numpy as np

from recommender.evaluation.asking import lists_of
from recommender.evaluation.dataset import Dataset
from recommender.evaluation.listening import read_split
from tests.recommender.engine import NOW, Engine, act


def test_a_list_is_the_users_page_as_track_numbers_without_what_was_learned_from() -> None:
    engine = Engine()
    for number in range(6):
        engine.add(str(number), 10 * number)
    engine.listen(act("0", user="ann"))
    data = Dataset(("ann",), tuple("012345"), read_split(["0 0 1"], ["0 2"], ["0 5"]), (), NOW)
    numbers = {str(number): number for number in range(6)}
    steps: list[int] = []

    lists = lists_of(engine.recommend, data, [0], name="sound", k=6, now=NOW, step=lambda: steps.append(1), numbers=numbers)

    np.testing.assert_array_equal(np.sort(lists[0]), [-1, -1, 2, 3, 4, 5])
    assert len(steps) == 1
