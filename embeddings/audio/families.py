"""The nine families of pooled values: their sizes, weights and places in the raw vector."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final


@dataclass(frozen=True, slots=True)
class Family:
    """Name one family, how many values it pools, how much it weighs in the vector, and where it begins."""

    name: str
    size: int
    weight: float
    start: int

    @property
    def place(self) -> slice:
        """Where the family lies in the raw vector."""
        return slice(self.start, self.start + self.size)


_SIZES_AND_WEIGHTS: Final = (
    ("cepstral", 79, 1.0),
    ("contrast", 28, 1.0),
    ("shape", 22, 0.7),
    ("modulation", 216, 0.8),
    ("chroma", 41, 0.5),
    ("onsets", 17, 0.5),
    ("fluctuation", 768, 0.4),
    ("contrast_pattern", 70, 0.6),
    ("gaussian", 231, 1.0),
)
_STARTS: Final = (0, *accumulate(size for _, size, _ in _SIZES_AND_WEIGHTS))
FAMILIES: Final = tuple(Family(name, size, weight, start) for (name, size, weight), start in zip(_SIZES_AND_WEIGHTS, _STARTS, strict=False))
