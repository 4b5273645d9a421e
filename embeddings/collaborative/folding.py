"""Folding in: how the vectors of the tracks a user played become that user's own vector, without training again.

A folding knows nothing of single tracks. It works on the vectors that the index returns, so a service that only answers
requests needs a few kilobytes of a model version and never its factors.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.population import Population
from embeddings.errors import ArtefactInvalid

Arrays = dict[str, NDArray[np.generic]]

# Below this spread all scores of a part are equal, and a part that says nothing must not be blown up.
_FLAT: Final = 1e-12


class Folding(Protocol):
    """Make a user's vector from track vectors."""

    @property
    def width(self) -> int:
        """Number of leading coordinates it reads and returns; what follows them is padding."""
        ...

    def fold(self, vectors: NDArray[np.float32], confidences: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the vector, shape (width,), whose dot product with a track is the user's score of it; zeros without tracks.

        Parameters
        ----------
        vectors
            Shape (n, at least width), the tracks played.
        confidences
            Shape (n,), positive.
        """
        ...

    def counting(self, unit: float) -> "Folding":
        """Return the folding that takes a confidence of ``unit`` as this one takes 1; every user's ranking stays."""
        ...

    def scaled(self, factor: float) -> "Folding":
        """Return the folding that fits the same track vectors times ``factor``; every user's ranking stays."""
        ...

    def to_arrays(self) -> Arrays:
        """Return plain arrays from which ``folding_from_arrays`` makes it again."""
        ...


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """Solve for the user whose scores fit best: 1 for what was played, 0 for all else (Rendle et al. 2021).

    Attributes
    ----------
    gram
        Shape (d, d), unobserved weight times the sum of the outer products of all track vectors.
    regularisation
        Lambda.
    exponent
        Nu: 1 scales lambda with the user's plays, 0 leaves it as it is.
    background
        What every user is counted to have played beside the real plays: unobserved weight times number of tracks.
    population
        What the penalty gives way to for a user with few tracks; ``None`` for the vector that training would give, however few.
    """

    gram: NDArray[np.float64]
    regularisation: float
    exponent: float
    background: float
    population: Population | None = None

    @property
    def width(self) -> int:
        """Number of factors."""
        return len(self.gram)

    def fold(self, vectors: NDArray[np.float32], confidences: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the exact minimiser, the vector that training gives this user; with few tracks, one likely in the population."""
        if not len(confidences):
            return np.zeros(self.width, np.float32)
        played = vectors[:, : self.width].astype(np.float64)
        told = np.asarray(confidences, np.float64)
        penalty = self.regularisation * (len(played) + self.background) ** self.exponent
        share = 0.0 if self.population is None else self.population.share(told)
        if share == 0.0 and penalty > 0 and 2 * len(played) <= self.width:
            return self._of_few(played, np.sqrt(told), penalty)
        held = penalty * np.eye(self.width)
        if self.population is not None and share > 0.0:
            told = self.population.told(played, told, share)
            held = (1.0 - share) * held + share * self.population.precision
        weighted = played * told[:, None]
        normal = self.gram + weighted.T @ played + held
        return np.linalg.solve(normal, weighted.sum(axis=0)).astype(np.float32)

    @cached_property
    def _spectrum(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The gram's eigenvalues, none negative, and its eigenvectors as columns: taken once, for all users."""
        values, basis = np.linalg.eigh(self.gram)
        return np.maximum(values, 0.0), basis

    def _of_few(self, played: NDArray[np.float64], roots: NDArray[np.float64], penalty: float) -> NDArray[np.float32]:
        """Solve in as many unknowns as there are plays: (H + U'U)⁻¹ U' = H⁻¹ U' (1 + U H⁻¹ U')⁻¹, in the basis where H is a diagonal."""
        values, basis = self._spectrum
        rotated = (played * roots[:, None]) @ basis
        scaled = rotated / (values + penalty)
        small = scaled @ rotated.T
        small.flat[:: len(small) + 1] += 1.0
        return (basis @ (np.linalg.solve(small, roots) @ scaled)).astype(np.float32)

    def counting(self, unit: float) -> "LeastSquares":
        """Return the folding that takes a confidence of ``unit`` as this one takes 1; the vectors stay as they are."""
        population = None if self.population is None else self.population.counting(unit)
        return replace(self, gram=self.gram * unit, regularisation=self.regularisation * unit, population=population)

    def scaled(self, factor: float) -> "LeastSquares":
        """Return the folding of the same model in another unit; scores stay as they are."""
        population = None if self.population is None else self.population.scaled(factor)
        return replace(self, gram=self.gram * factor**2, regularisation=self.regularisation * factor**2, population=population)

    def to_arrays(self) -> Arrays:
        """Return ``kind``, ``gram`` and ``constants``, and the ``precision`` and ``unit`` of the population if there is one."""
        constants = np.array([self.regularisation, self.exponent, self.background])
        arrays: Arrays = {"kind": np.array("least_squares"), "gram": self.gram, "constants": constants}
        if self.population is not None:
            arrays |= {"precision": self.population.precision, "unit": np.array(self.population.unit)}
        return arrays


@dataclass(frozen=True, slots=True, eq=False)
class WeightedSum:
    """Add up the tracks played, each times the weight that it carries in its last coordinate.

    The weight holds a popular track down. The sum is zero in that coordinate, so no score depends on it, and a taste can be
    kept up to date by adding what is new.

    Attributes
    ----------
    width
        Number of factors and the weight's own coordinate.
    """

    width: int

    def fold(self, vectors: NDArray[np.float32], confidences: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the sum; that of two histories is the sum of their vectors."""
        factors, weights = vectors[:, : self.width - 1], vectors[:, self.width - 1]
        total = (weights * np.asarray(confidences, np.float64)) @ factors.astype(np.float64)
        return np.append(total, 0.0).astype(np.float32)

    def counting(self, unit: float) -> "WeightedSum":  # noqa: ARG002 - a sum has no unit of its own
        """Return itself: all scores grow alike."""
        return self

    def scaled(self, factor: float) -> "WeightedSum":  # noqa: ARG002 - a sum has no unit of its own
        """Return itself: all scores grow alike."""
        return self

    def to_arrays(self) -> Arrays:
        """Return ``kind`` and ``width``."""
        return {"kind": np.array("weighted_sum"), "width": np.array(self.width)}


@dataclass(frozen=True, slots=True, eq=False)
class Blended:
    """Fold each part of a concatenated vector in, and scale it so that its scores over the catalogue have the spread asked for.

    One dot product is then the weighted sum of the parts' z-scores, but for a constant that changes no order.

    Attributes
    ----------
    parts
        In the order of their coordinates.
    covariances
        One for each part, shape (width, width): that of the part's coordinates over all tracks.
    shares
        One for each part, positive: standard deviation of its scores.
    """

    parts: tuple[Folding, ...]
    covariances: tuple[NDArray[np.float64], ...]
    shares: tuple[float, ...]

    @property
    def width(self) -> int:
        """Sum of the parts' widths."""
        return sum(part.width for part in self.parts)

    def fold(self, vectors: NDArray[np.float32], confidences: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the parts' vectors side by side, each scaled to its share."""
        scaled, start = [], 0
        for part, covariance, share in zip(self.parts, self.covariances, self.shares, strict=True):
            user = part.fold(vectors[:, start : start + part.width], confidences).astype(np.float64)
            spread = max(0.0, float(user @ covariance @ user)) ** 0.5
            scaled.append(user * (share / spread if spread > _FLAT else 0.0))
            start += part.width
        return np.concatenate(scaled).astype(np.float32)

    def counting(self, unit: float) -> "Blended":
        """Return the folding with each part in another unit of confidence."""
        return replace(self, parts=tuple(part.counting(unit) for part in self.parts))

    def scaled(self, factor: float) -> "Blended":
        """Return the folding with each part in another unit; scores stay as they are but for the same positive factor."""
        parts = tuple(part.scaled(factor) for part in self.parts)
        return replace(self, parts=parts, covariances=tuple(covariance * factor**2 for covariance in self.covariances))

    def to_arrays(self) -> Arrays:
        """Return ``kind``, ``shares`` and for each part its covariance and its own arrays under its number."""
        arrays: Arrays = {"kind": np.array("blended"), "shares": np.array(self.shares)}
        for number, (part, covariance) in enumerate(zip(self.parts, self.covariances, strict=True)):
            arrays[f"{number}.covariance"] = covariance
            arrays |= {f"{number}.{name}": array for name, array in part.to_arrays().items()}
        return arrays


def folding_from_arrays(arrays: Arrays) -> Folding:
    """Make a folding from what its ``to_arrays`` returned.

    Raises
    ------
    ArtefactInvalid
        If an array is missing or of an unknown kind.
    """
    try:
        kind = str(arrays["kind"])
        if kind == "least_squares":
            return _least_squares(arrays)
        if kind == "weighted_sum":
            return WeightedSum(int(arrays["width"].astype(np.int64)))
        if kind == "blended":
            return _blended(arrays)
    except KeyError as missing:
        raise ArtefactInvalid(f"The folding has no array {missing}.") from missing
    raise ArtefactInvalid(f"{kind!r} is not a kind of folding.")


def _least_squares(arrays: Arrays) -> LeastSquares:
    regularisation, exponent, background = (float(value) for value in arrays["constants"].astype(np.float64))
    population = None
    if "precision" in arrays:
        population = Population(arrays["precision"].astype(np.float64), float(arrays["unit"].astype(np.float64)))
    return LeastSquares(arrays["gram"].astype(np.float64), regularisation, exponent, background, population)


def _blended(arrays: Arrays) -> Blended:
    shares = tuple(float(share) for share in arrays["shares"].astype(np.float64))
    covariances = tuple(arrays[f"{number}.covariance"].astype(np.float64) for number in range(len(shares)))
    return Blended(tuple(folding_from_arrays(_under(arrays, f"{number}.")) for number in range(len(shares))), covariances, shares)


def _under(arrays: Arrays, prefix: str) -> Arrays:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
