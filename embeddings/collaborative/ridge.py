"""Ridge regression whose penalty chooses itself by leave-one-out error."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Penalties tried, in units of the inputs' mean squared length along one direction.
_PENALTIES: Final = tuple(10.0 ** (power / 2.0) for power in range(-8, 7))


def ridge(inputs: Floats, outputs: Floats, weights: Floats) -> Floats:
    """Return the coefficients of the penalty whose leave-one-out error is least.

    A ridge knows what it would have said of each row without that row, so one decomposition serves all penalties (Hastie,
    Tibshirani, Friedman, "The Elements of Statistical Learning", 2009, section 7.10).

    Parameters
    ----------
    inputs, outputs
        Shapes (n, p) and (n, d), centred.
    weights
        Shape (n,), how much each row counts; not negative.

    Returns
    -------
    NDArray
        Shape (p, d).
    """
    root = np.sqrt(weights)[:, None]
    heavy, wanted = inputs * root, outputs * root
    spectrum, basis = np.linalg.eigh(heavy.T @ heavy)
    spectrum = np.maximum(spectrum, 0.0)
    unit = float(spectrum.mean())
    if unit <= 0.0:
        return np.zeros((inputs.shape[1], outputs.shape[1]))
    turned = heavy @ basis
    answers = turned.T @ wanted
    errors = [
        _left_out(turned, wanted, answers / (spectrum + unit * penalty)[:, None], spectrum + unit * penalty) for penalty in _PENALTIES
    ]
    chosen = unit * _PENALTIES[int(np.argmin(errors))]
    return np.asarray(basis @ (answers / (spectrum + chosen)[:, None]), np.float64)


def _left_out(turned: Floats, wanted: Floats, coefficients: Floats, held: Floats) -> float:
    """Return the summed squared error of each row under the fit to all the others."""
    leverage = np.minimum((turned**2 / held).sum(axis=1), 1.0 - 1e-9)
    return float((np.square(wanted - turned @ coefficients).sum(axis=1) / (1.0 - leverage) ** 2).sum())
