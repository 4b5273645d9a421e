"""The noise of a private training: normal, and from a source that nobody can wind back."""

import numpy as np
import pytest
from scipy.stats import kstest

from embeddings.collaborative.noise import secure_normal


def test_it_is_standard_normal() -> None:
    drawn = secure_normal((50, 400))

    assert drawn.shape == (50, 400)
    assert kstest(drawn.ravel(), "norm").pvalue > 1e-6


def test_a_seed_of_numpy_does_not_wind_it_back() -> None:
    np.random.seed(0)
    first = secure_normal((4,))
    np.random.seed(0)

    assert not np.array_equal(secure_normal((4,)), first)


def test_the_bytes_that_it_is_given_decide_it() -> None:
    drawn = secure_normal((2,), random_bytes=lambda count: b"\x80" * count)

    # 0x80808080... of 2^64 is 0.0019608 beyond the half, which the normal distribution reaches at that times the root of 2 pi.
    assert drawn == pytest.approx([0.004915, 0.004915], abs=1e-6)
