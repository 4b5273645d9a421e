"""The stored form of what is kept of a user beside the taste: preferences, and the pages that were shown."""

from dataclasses import asdict
from typing import Any

from infra.codec.moments import to_microseconds, to_moment
from recommender.pages.impressions import Impression
from recommender.tastes.preferences import Consent, Hidden, Preferences


def encode_preferences(preferences: Preferences) -> dict[str, Any]:
    """Return preferences as JSON values."""
    return asdict(preferences) | {
        "consent": preferences.consent.value,
        "hide_tracks": _encode_hidden(preferences.hide_tracks),
        "hide_artists": _encode_hidden(preferences.hide_artists),
        "reset_at": None if preferences.reset_at is None else to_microseconds(preferences.reset_at),
    }


def decode_preferences(stored: dict[str, Any]) -> Preferences:
    """Return the preferences that were stored; those of before hides and resets have none."""
    reset_at = stored.get("reset_at")
    return Preferences(
        **_tuples(stored)
        | {
            "consent": Consent(stored["consent"]),
            "hide_tracks": _decode_hidden(stored.get("hide_tracks", [])),
            "hide_artists": _decode_hidden(stored.get("hide_artists", [])),
            "reset_at": None if reset_at is None else to_moment(reset_at),
        }
    )


def encode_impression(impression: Impression) -> dict[str, Any]:
    """Return an impression as JSON values."""
    return asdict(impression) | {"at": to_microseconds(impression.at)}


def decode_impression(stored: dict[str, Any]) -> Impression:
    """Return the impression that was stored."""
    return Impression(**_tuples(stored) | {"at": to_moment(stored["at"])})


def _encode_hidden(hidden: tuple[Hidden, ...]) -> list[list[str | int]]:
    return [[one.name, to_microseconds(one.until)] for one in hidden]


def _decode_hidden(stored: list[list[Any]]) -> tuple[Hidden, ...]:
    return tuple(Hidden(name, to_moment(until)) for name, until in stored)


def _tuples(stored: dict[str, Any]) -> dict[str, Any]:
    """JSON has lists only; the domain's are tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
