"""The kinds of personal data: what each is, what its fields mean, and how long it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from recommender.feedback import RETENTION
from recommender.tastes.session import SESSION_WINDOW
from recommender.upkeep import DEAD_LETTERS_KEPT, IMPRESSIONS_KEPT


@dataclass(frozen=True, slots=True)
class DataKind:
    """A kind of personal data in words; ``counted`` names the store that says how much of it there is, where that is another word."""

    what: str
    retention: str
    fields: Mapping[str, str]
    counted: str | None = None


def _days(kept: timedelta) -> str:
    return f"{kept.days} days"


KINDS: Final[Mapping[str, DataKind]] = {
    "interactions": DataKind(
        "What you did with tracks: plays, skips, likes, saves, bans.",
        f"{_days(RETENTION)}, or {SESSION_WINDOW.seconds // 3600} hours where you consent to a session alone;"
        f" what a queue gave up, {_days(DEAD_LETTERS_KEPT)}",
        {
            "interaction_id": "the name of the act, by which it counts once; the part after the point is the app's own, if it gave one",
            "track_id": "the track",
            "kind": "play, skip, like, unlike, save, ban or unban",
            "at": "when it happened, as the app told",
            "heard_ms": "how much was heard, in milliseconds",
            "share": "how much was heard of the whole track, 0 to 1",
            "context": "where or why, as the app told",
            "private": "kept for you alone: it teaches nothing",
            "recommendation_id": "the page of recommendations that the track came from",
            "until": "when a ban ends",
        },
    ),
    "preferences": DataKind(
        "What you asked for: consent, what may be shown, first picks, what is left out.",
        "until you change or erase them",
        {
            "consent": "personal: a taste is kept; session: a few hours alone; none: nothing is kept",
            "pick_tracks, pick_artists, pick_genres": "what you began with",
            "exclude_tracks, exclude_artists, exclude_contexts": "what is never shown, and counts as never played",
            "hide_tracks, hide_artists": "what is not shown until a moment",
            "reset_at": "what you played before teaches nothing any more",
        },
    ),
    "taste": DataKind(
        "What was learned from your interactions, in every space, made anew from them whenever they change.",
        "as long as the interactions that it is made of",
        {
            "spaces": "audio (how it sounds), text (what it is called), collab (what others play with it): your modes, each a vector",
            "modes": "one of your several tastes: its weight, the tracks that stand for it, since when, its direction",
            "distastes": "the same of what you skipped and banned",
            "session": "the same of the last hours",
            "heard": "tracks that you heard, with the last time",
            "banned": "tracks that do not come back, or not until a moment",
            "artists, genres": "shares of your listening",
        },
        "tastes",
    ),
    "impressions": DataKind(
        "The pages of recommendations that were shown to you.",
        _days(IMPRESSIONS_KEPT),
        {
            "recommendation_id": "the name of the page",
            "at": "when it was shown",
            "track_ids": "the tracks, from the first place on",
            "sources": "place by place, what proposed it: also which kind of experiment (explore, new) the place belonged to",
            "segments": "place by place, the part of the catalogue that it tried on somebody unknown",
            "cold": "made without knowing you",
            "collab_version": "the model version that served",
            "previous": "the page that it goes on from",
        },
    ),
    "erasures": DataKind(
        "When you last asked to be erased, kept as a one-way hash so that a restored backup does not bring you back.",
        "for good",
        {"asked_at": "when you asked"},
    ),
    "audit": DataKind(
        "Who touched your data and when; you are named by a one-way hash.",
        "for good: a chain from which nothing can be taken",
        {
            "number": "the place in the chain",
            "at": "when",
            "actor": "the API key, your own token (user), or the command line (console)",
            "action": "what was done",
            "outcome": "how it ended",
        },
    ),
}
