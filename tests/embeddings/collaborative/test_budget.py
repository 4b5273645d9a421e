"""Epsilon, delta and noise agree with formulas that were not made by the library that counts them."""

import math

import pytest
from dp_accounting import ComposedDpEvent, GaussianDpEvent
from dp_accounting.pld import PLDAccountant
from dp_accounting.rdp import RdpAccountant
from scipy.special import ndtr

from embeddings.collaborative.budget import Budget, composed, spent, usual_delta
from embeddings.errors import EmbeddingError

DELTA = 1e-4


def delta_of(multiplier: float, epsilon: float) -> float:
    """Return delta of the Gaussian mechanism (Balle and Wang, "Improving the Gaussian Mechanism", ICML 2018, eq. 6)."""
    half, tilt = 0.5 / multiplier, epsilon * multiplier
    return float(ndtr(half - tilt) - math.exp(epsilon) * ndtr(-half - tilt))


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 4.0, 8.0, 50.0])
def test_the_noise_of_a_budget_gives_its_delta_by_the_formula_of_balle_and_wang(epsilon: float) -> None:
    multiplier = Budget(epsilon, DELTA).multiplier

    assert delta_of(multiplier, epsilon) == pytest.approx(DELTA, rel=1e-6)


@pytest.mark.parametrize("epsilon", [1.0, 4.0, 8.0])
def test_releases_that_share_a_budget_give_away_the_whole_of_it_and_no_more(epsilon: float) -> None:
    shared = Budget(epsilon, DELTA).shared({"popularity": 1.0, "gram": 0.5, "sums": 3.5})

    assert delta_of(composed(list(shared.values())), epsilon) == pytest.approx(DELTA, rel=1e-6)
    assert spent(list(shared.values()), delta=DELTA) == pytest.approx(epsilon)


def test_two_accountants_that_compose_release_by_release_come_to_the_same_epsilon_or_a_looser_one() -> None:
    multipliers = list(Budget(4.0, DELTA).shared({"one": 0.2, "two": 0.1, "three": 0.7}).values())
    event = ComposedDpEvent([GaussianDpEvent(multiplier) for multiplier in multipliers])

    by_losses = PLDAccountant().compose(event).get_epsilon(DELTA)
    by_renyi = RdpAccountant().compose(event).get_epsilon(DELTA)

    assert by_losses == pytest.approx(4.0, abs=0.01)
    assert 4.0 <= by_renyi < 4.6


def test_the_larger_share_has_the_less_noise() -> None:
    shared = Budget(4.0, DELTA).shared({"small": 1.0, "large": 4.0})

    assert shared["small"] == pytest.approx(2.0 * shared["large"])


def test_four_releases_give_away_as_much_as_one_with_half_the_noise() -> None:
    assert composed([2.0, 2.0, 2.0, 2.0]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("epsilon", "delta"), [(0.0, 0.1), (-1.0, 0.1), (math.nan, 0.1), (math.inf, 0.1), (51.0, 0.1), (1.0, 0.0), (1.0, 1.0)]
)
def test_a_budget_that_promises_nothing_is_refused_with_its_value(epsilon: float, delta: float) -> None:
    with pytest.raises(EmbeddingError, match=f"{epsilon:g}|{delta:g}"):
        Budget(epsilon, delta)


@pytest.mark.parametrize(("users", "delta"), [(0, 0.1), (24, 0.01), (1_885, 1e-4), (1_000_000, 1e-7)])
def test_the_usual_delta_is_a_power_of_ten_below_one_in_the_number_of_users(users: int, delta: float) -> None:
    assert usual_delta(users) == pytest.approx(delta)
