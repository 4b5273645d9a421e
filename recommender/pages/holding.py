"""Tell which tracks pass conditions by their payloads alone, as every index does: for tracks that no search has found."""

from collections.abc import Mapping
from typing import Final

from recommender.filters import AnyOf, Between, Condition, OneOfTracks, Where
from recommender.payload import Payload

_NEVER: Final = float("nan")


def passing(where: Where, payloads: Mapping[str, Payload]) -> set[str]:
    """Return those of the tracks (by id, with their payloads) for which all holds that must, and nothing that must not."""
    left = dict(payloads)
    for condition in where.must:
        met = _meeting(condition, left)
        left = {track_id: left[track_id] for track_id in left if track_id in met}
    for condition in where.must_not:
        met = _meeting(condition, left)
        left = {track_id: left[track_id] for track_id in left if track_id not in met}
    return set(left)


def _meeting(condition: Condition, payloads: Mapping[str, Payload]) -> set[str]:
    if isinstance(condition, OneOfTracks):
        return payloads.keys() & set(condition.track_ids)
    if isinstance(condition, Between):
        low = float("-inf") if condition.low is None else condition.low
        high = float("inf") if condition.high is None else condition.high
        return {track_id for track_id, payload in payloads.items() if low <= _number(payload, condition.field) <= high}
    return {track_id for track_id, payload in payloads.items() if _has_any(payload, condition)}


def _number(payload: Payload, field: str) -> float:
    value = payload.get(field)
    # Compares false with every bound.
    return value if isinstance(value, int | float) else _NEVER


def _has_any(payload: Payload, condition: AnyOf) -> bool:
    value = payload.get(condition.field)
    held = value if isinstance(value, list) else [value]
    return any(entry in condition.values and not isinstance(entry, float) for entry in held)
