"""The stored form of what is kept of a user beside the taste: preferences, and the pages that were shown."""

from dataclasses import asdict
from typing import Any

from infra.codec.moments import to_microseconds, to_moment
from recommender.impressions import Impression
from recommender.preferences import Consent, Preferences


def encode_preferences(preferences: Preferences) -> dict[str, Any]:
    """Return preferences as JSON values."""
    return asdict(preferences) | {"consent": preferences.consent.value}


def decode_preferences(stored: dict[str, Any]) -> Preferences:
    """Return the preferences that were stored."""
    return Preferences(**_tuples(stored) | {"consent": Consent(stored["consent"])})


def encode_impression(impression: Impression) -> dict[str, Any]:
    """Return an impression as JSON values."""
    return asdict(impression) | {"at": to_microseconds(impression.at)}


def decode_impression(stored: dict[str, Any]) -> Impression:
    """Return the impression that was stored."""
    return Impression(**_tuples(stored) | {"at": to_moment(stored["at"])})


def _tuples(stored: dict[str, Any]) -> dict[str, Any]:
    """JSON has lists only; the domain's are tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
