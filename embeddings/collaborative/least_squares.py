"""One half of alternating least squares, exact, at a cost that follows each row's own plays.

Every row solves ``(gram + penalty + sum of c v v') x = sum of c v``. In the eigenbasis of the gram matrix its first two terms are
a diagonal, so a row with n plays fewer than d factors needs only an n by n system (the push-through identity), and most rows
of a listening log have few.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]

# Numbers a batch of rows may gather at once: 16 MB.
_BATCH: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Penalty:
    """How a row is held back.

    Attributes
    ----------
    regularisation, unobserved, exponent
        Lambda, alpha 0 and nu of ``train_ials``.
    floor
        The other side is counted as at least so many, or hardly anything would hold the rows of a small catalogue back.
    """

    regularisation: float
    unobserved: float
    exponent: float
    floor: int = 0

    def background(self, others: int) -> float:
        """Return what every row is counted to have played beside its plays."""
        return self.unobserved * max(others, self.floor)

    def of(self, plays: NDArray[np.integer], others: int) -> NDArray[np.float64]:
        """Return the weight on the squared length of rows with so many ``plays`` out of ``others``."""
        return np.asarray(self.regularisation * (plays + self.background(others)) ** self.exponent, np.float64)


def solve_side(others: Floats, interactions: "csr_matrix", penalty: Penalty, *, prior: Floats | None = None) -> Floats:
    """Return the best vector for each row of ``interactions``, the other side's vectors held fixed.

    Parameters
    ----------
    others
        Shape (n_columns, d).
    prior
        Shape (n_rows, d): what the penalty draws each row towards, zero without it.

    Returns
    -------
    NDArray
        Shape (n_rows, d); zeros for a row without interactions.
    """
    wide = others.astype(np.float64)
    spectrum, basis = np.linalg.eigh(penalty.unobserved * (wide.T @ wide))
    # The last row is what the padding of short rows points at.
    rotated = np.vstack([wide @ basis, np.zeros((1, len(basis)))]).astype(np.float32)
    plays = np.diff(interactions.indptr)
    diagonal = (np.maximum(spectrum, 0.0)[None, :], penalty.of(plays, len(others)))
    expected = np.zeros((len(plays), len(basis)), np.float32) if prior is None else (prior @ basis).astype(np.float32)
    solved = np.zeros((len(plays), len(basis)), np.float32)
    for rows in _batches(plays, len(basis)):
        drawn = diagonal[1][rows][:, None]
        held = (diagonal[0] + drawn).astype(np.float32)
        # Where a row would stand if it had no plays: between its prior and zero, as the zeros beside the plays ask.
        start = (drawn / held * expected[rows]).astype(np.float32)
        solve = _few_plays if plays[rows[-1]] <= len(basis) else _many_plays
        solved[rows] = solve(rotated, interactions, rows, held, start)
    return solved @ basis.T.astype(np.float32)


def _batches(plays: NDArray[np.integer], dim: int) -> Iterator[NDArray[np.intp]]:
    """Group the rows that have plays so that padding to the longest adds at most eight plays a row."""
    order = np.argsort(plays, kind="stable")
    counts = plays[order]
    start = int(np.searchsorted(counts, 0, side="right"))
    while start < len(order):
        longest = min(-(-int(counts[start]) // 8) * 8, dim) if 8 < counts[start] <= dim else int(counts[start])
        most = max(1, _BATCH // (max(longest, dim) * min(longest, dim)))
        end = min(int(np.searchsorted(counts, longest, side="right")), start + most)
        yield order[start:end]
        start = end


def _few_plays(rotated: Floats, interactions: "csr_matrix", rows: NDArray[np.intp], held: Floats, start: Floats) -> Floats:
    """Solve rows with at most d plays: x = s + H⁻¹ V' z with (1/c + V H⁻¹ V') z = 1 - V s, where s is the start."""
    counts = np.diff(interactions.indptr)[rows]
    places = np.arange(counts.max())
    real = places < counts[:, None]
    entries = np.where(real, interactions.indptr[rows][:, None] + places, 0)
    vectors = rotated[np.where(real, interactions.indices[entries], len(rotated) - 1)]
    scaled = vectors / held[:, None, :]
    small = scaled @ vectors.transpose(0, 2, 1)
    small[:, places, places] += 1.0 / np.where(real, interactions.data[entries], np.float32(1.0))
    answer = np.linalg.solve(small, 1.0 - vectors @ start[:, :, None])
    return np.asarray(start + (answer.transpose(0, 2, 1) @ scaled)[:, 0, :], np.float32)


def _many_plays(rotated: Floats, interactions: "csr_matrix", rows: NDArray[np.intp], held: Floats, start: Floats) -> Floats:
    """Solve rows with more than d plays in the d factors."""
    normal = np.empty((len(rows), rotated.shape[1], rotated.shape[1]), np.float32)
    wanted = np.empty((len(rows), rotated.shape[1], 1), np.float32)
    for place, row in enumerate(rows):
        played = slice(interactions.indptr[row], interactions.indptr[row + 1])
        vectors = rotated[interactions.indices[played]]
        weighted = vectors * interactions.data[played][:, None]
        normal[place] = weighted.T @ vectors
        wanted[place, :, 0] = weighted.sum(axis=0) + held[place] * start[place]
    every = np.arange(rotated.shape[1])
    normal[:, every, every] += held
    return np.asarray(np.linalg.solve(normal, wanted)[:, :, 0], np.float32)
