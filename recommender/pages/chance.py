"""Chance that is drawn from a page's id: the same page always draws the same, and pages draw independently of each other."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def drawn(*words: str) -> float:
    """Return a number from 0 up to 1, uniform over what is told."""
    return int.from_bytes(hashlib.sha256("\x1f".join(words).encode()).digest()[:4], "big") / 2**32


def sampled(rows: Sequence[T], weights: Sequence[float], *, count: int, chance: str) -> list[T]:
    """Return ``count`` of the rows without repetition, heavy ones more often, in the order given.

    Weighted sampling by exponential keys (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).

    Parameters
    ----------
    weights
        Positive, one a row.
    """
    keys = [max(drawn(chance, str(at)), 1e-12) ** (1.0 / weight) for at, weight in enumerate(weights)]
    chosen = sorted(range(len(rows)), key=lambda at: (-keys[at], at))[:count]
    return [rows[at] for at in sorted(chosen)]
