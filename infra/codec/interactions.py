"""The stored form of an interaction."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from infra.codec.moments import to_microseconds, to_moment
from recommender.interactions import Interaction, Kind

_FIELDS: Final = tuple(field.name for field in fields(Interaction))
_MOMENTS: Final = ("at", "until")


def encode_interaction(act: Interaction) -> dict[str, Any]:
    """Return an interaction as JSON values; what was not told is left out."""
    told = {name: value for name in _FIELDS if (value := getattr(act, name)) is not None}
    return {name: to_microseconds(value) if isinstance(value, datetime) else value for name, value in told.items()}


def decode_interaction(stored: dict[str, Any]) -> Interaction:
    """Return the interaction that was stored; fields that this version does not know are passed over."""
    told: dict[str, Any] = {name: stored[name] for name in _FIELDS if stored.get(name) is not None}
    for name in _MOMENTS:
        if name in told:
            told[name] = to_moment(told[name])
    told["kind"] = Kind(told["kind"])
    return Interaction(**told)
