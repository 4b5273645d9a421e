"""Token lists of different lengths, batched so that little of a batch is padding."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray


def batches_by_length(lengths: Sequence[int], *, size: int) -> Iterator[NDArray[np.int64]]:
    """Yield the places of the sentences of each batch, the longest first, equals in the order given.

    The longest come first so that memory is at its peak at once and a batch that does not fit is known early.
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    for first in range(0, len(order), size):
        yield order[first : first + size]


def padded(tokens: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the tokens and the mask of a batch, both (batch, longest), zeros where a sentence has ended."""
    longest = max(len(ids) for ids in tokens)
    batch = np.zeros((len(tokens), longest), dtype=np.int64)
    mask = np.zeros_like(batch)
    for row, ids in enumerate(tokens):
        batch[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    return batch, mask
