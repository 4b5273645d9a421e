"""What is checked before anything reaches an index, and what every index adapter shares."""

import math
import uuid
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, TypeVar

import numpy as np

from embeddings.spaces import Distance, Slot
from recommender.errors import InvalidInput
from recommender.filters import AnyOf, Where
from recommender.payload import FLOAT_FIELDS, INTEGER_FIELDS, Payload, PayloadValue
from recommender.ports.index import NAMES, Named, Nearest, Point, SparseVector, Vector

Slots = Mapping[str, Slot]
Value = TypeVar("Value")
NUMERIC_FIELDS: Final = frozenset((*INTEGER_FIELDS, *FLOAT_FIELDS))


def checked_points(points: Iterable[Point], slots: Slots) -> list[Point]:
    """Return the points ready to be written: vectors as float32, the payload as plain values with its track's id.

    Raises
    ------
    InvalidInput
        For the first point that no index should hold, naming its track and slot or field.
    """
    return [
        Point(
            point.track_id,
            {name: checked_vector(vector, slot_of(name, slots), whose=point.track_id) for name, vector in point.vectors.items()},
            checked_payload(point.payload, track_id=point.track_id),
            checked_names(point.names, whose=point.track_id),
        )
        for point in points
    ]


def checked_vectors(vectors: Mapping[str, Vector], slot: str, slots: Slots) -> dict[str, Vector]:
    """Return the vectors of one slot, by track, ready to be written.

    Raises
    ------
    InvalidInput
        For the first one that no index should hold, naming its track and the slot.
    """
    definition = slot_of(slot, slots)
    return {track_id: checked_vector(vector, definition, whose=track_id) for track_id, vector in vectors.items()}


def checked_query(query: Nearest | Named, slots: Slots) -> Vector | SparseVector:
    """Return the query's vector as float32, or its features, after the same checks that a point's pass."""
    checked_slots(query.with_vectors, slots)
    if isinstance(query, Named):
        return checked_names(query.features, whose="the query")
    return checked_vector(query.vector, slot_of(query.slot, slots), whose="the query")


def checked_slots(names: Iterable[str], slots: Slots) -> None:
    """Raise ``InvalidInput`` if the index has no slot of one of these names."""
    for name in names:
        slot_of(name, slots)


def slot_of(name: str, slots: Slots) -> Slot:
    """Return the slot of this name.

    Raises
    ------
    InvalidInput
        If the index has no such slot.
    """
    if name not in slots:
        raise InvalidInput(f"the index has no slot {name!r}, only {', '.join(slots)}", code="unknown_slot", field=name)
    return slots[name]


def checked_vector(vector: Vector, slot: Slot, *, whose: str) -> Vector:
    """Return ``vector`` as float32 if it is as wide as the slot, finite and, where directions are compared, has one.

    Raises
    ------
    InvalidInput
        Otherwise, naming ``whose`` vector it is and the slot.
    """
    values = np.asarray(vector, dtype=np.float32)
    if values.shape != (slot.dim,):
        raise InvalidInput(
            f"{whose}: {slot.name} takes {slot.dim} values, this has shape {values.shape}", code="wrong_width", field=slot.name
        )
    # The dot product with itself is finite only if every value is, and costs a fifth of np.isfinite on such short arrays.
    squared = float(values @ values)
    if not np.isfinite(squared):
        raise InvalidInput(f"{whose}: {slot.name} has a value that is not finite", code="not_finite", field=slot.name)
    if squared == 0.0 and slot.distance is Distance.COSINE:
        raise InvalidInput(f"{whose}: {slot.name} is a zero vector, which has no direction", code="zero_vector", field=slot.name)
    return values


def checked_names(names: SparseVector, *, whose: str) -> SparseVector:
    """Return the features if each is an unsigned number of 32 bits with a finite weight.

    Raises
    ------
    InvalidInput
        Otherwise, naming ``whose`` they are.
    """
    for feature, weight in names.items():
        if not 0 <= feature < 2**32 or not math.isfinite(weight):
            raise InvalidInput(f"{whose}: {NAMES} cannot hold {weight!r} at {feature!r}", code="invalid_feature", field=NAMES)
    return names


def checked_payload(payload: Payload, *, track_id: str) -> dict[str, PayloadValue]:
    """Return the payload with its track's id, if every value is one that a filter can later match.

    Raises
    ------
    InvalidInput
        For a boolean (an index takes it for an integer and never matches it), a number that is not finite, or another type.
    """
    if payload.get("track_id", track_id) != track_id:
        raise InvalidInput(f"{track_id}: the payload is that of {payload['track_id']!r}", code="wrong_track", field="track_id")
    for name, value in payload.items():
        if not _storable(value):
            raise InvalidInput(f"{track_id}: {name} cannot be {value!r}", code="invalid_payload", field=name)
    return {**payload, "track_id": track_id}


def _storable(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(entry, str) for entry in value)
    if isinstance(value, float):
        return bool(np.isfinite(value))
    return isinstance(value, str | int) and not isinstance(value, bool)


def checked_where(where: Where) -> Where:
    """Return the conditions if none of them asks for a boolean, which no index matches.

    Raises
    ------
    InvalidInput
        Otherwise, naming the field.
    """
    for condition in (*where.must, *where.must_not):
        if isinstance(condition, AnyOf) and any(isinstance(value, bool) for value in condition.values):
            raise InvalidInput(f"{condition.field} is stored as 0 or 1, never as a boolean", code="boolean_filter", field=condition.field)
    return where


def checked_order(field: str) -> str:
    """Return the name of a payload field that holds numbers.

    Raises
    ------
    InvalidInput
        If the index cannot order by it.
    """
    if field not in NUMERIC_FIELDS:
        raise InvalidInput(f"tracks cannot be ordered by {field!r}", code="unknown_field", field=field)
    return field


def checked_cursor(after: str | None) -> str | None:
    """Return the cursor that a page ended with.

    Raises
    ------
    InvalidInput
        If it is none that a page can have ended with.
    """
    if after is None:
        return None
    try:
        return str(uuid.UUID(after))
    except ValueError as error:
        raise InvalidInput(f"no page ended with the cursor {after[:40]!r}", code="invalid_cursor", field="after") from error


def values_by_type(condition: AnyOf) -> tuple[list[str], list[int]]:
    """Return the condition's values, words apart from whole numbers: engines match one type at a time."""
    words = [value for value in condition.values if isinstance(value, str)]
    numbers = [value for value in condition.values if isinstance(value, int)]
    return words, numbers


def batches(values: Iterable[Value], size: int) -> Iterator[list[Value]]:
    """Yield the values in lists of at most ``size``."""
    left = iter(values)
    while batch := list(islice(left, size)):
        yield batch
