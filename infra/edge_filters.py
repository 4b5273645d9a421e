"""The conditions of a search in Qdrant Edge's terms."""

from typing import Any

import qdrant_edge as edge

from infra.points import checked_where, values_by_type
from recommender.filters import AnyOf, Between, Condition, Where
from recommender.identity import point_id

_NONE = edge.HasIdCondition(set())


def filter_of(where: Where) -> edge.Filter:
    """Return the conditions as the engine's filter.

    Raises
    ------
    InvalidInput
        If one of them asks for a boolean.
    """
    checked_where(where)
    return edge.Filter(must=[_condition(held) for held in where.must], must_not=[_condition(held) for held in where.must_not])


def _condition(condition: Condition) -> edge.FieldCondition | edge.HasIdCondition | edge.Filter:
    if isinstance(condition, AnyOf):
        either: list[Any] = [
            edge.FieldCondition(condition.field, match=edge.MatchAny(values)) for values in values_by_type(condition) if values
        ]
        return either[0] if len(either) == 1 else edge.Filter(should=either) if either else _NONE
    if isinstance(condition, Between):
        return edge.FieldCondition(condition.field, range=edge.RangeFloat(gte=condition.low, lte=condition.high))
    return edge.HasIdCondition({point_id(track_id) for track_id in condition.track_ids})
