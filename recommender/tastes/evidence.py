"""What a user's acts come to, track by track: a pure function of the set of them, so that order and repetition change nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from recommender.identity import fold
from recommender.interactions import BANS, Interaction, Kind
from recommender.tastes.confidence import SESSION_HALF_LIFE, track_weight
from recommender.tastes.preferences import Consent, Preferences
from recommender.tastes.session import SESSION_WINDOW
from recommender.tastes.taste import HEARD_KEPT

# A taste is made of the latest acts; with a half-life of 60 days what comes before weighs little.
ACTS_KEPT: Final = 500
# Of tracks, so many that are liked and so many that are disliked: however much is banned, what is liked still makes a taste.
TRACKS_KEPT: Final = 250
DISLIKED_KEPT: Final = 100
_LISTENED: Final = frozenset({Kind.PLAY, Kind.SKIP, Kind.LIKE, Kind.SAVE})
NOBODY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Weights by track: positive ones are taste, negative ones distaste.

    Attributes
    ----------
    since
        By track of ``weights`` or ``session``, when the first act that counts happened.
    banned
        Track to when the ban ends (``None``: never), the latest ban first.
    session
        Weights as of ``session_at``, the latest act, from the acts of the session alone.
    """

    weights: Mapping[str, float]
    since: Mapping[str, datetime]
    heard: Mapping[str, datetime]
    banned: Mapping[str, datetime | None]
    acts: int
    session: Mapping[str, float] = field(default_factory=dict)
    session_at: datetime | None = None

    def track_ids(self) -> list[str]:
        """Return every track that a taste is made of, sorted."""
        return sorted({*self.weights, *self.session})


def evidence_of(
    acts: Iterable[Interaction],
    preferences: Preferences | None,
    *,
    now: datetime,
    artists: Mapping[str, tuple[str, ...]] = NOBODY,
) -> Evidence:
    """Sum up a user's latest acts by track, in whatever order they come; what is left out counts as never done.

    Parameters
    ----------
    artists
        Folded names of a track's artists, needed where the preferences exclude some.
    """
    told = sorted({act.interaction_id: act for act in acts}.values(), key=lambda act: (act.at, act.interaction_id), reverse=True)
    only_session = preferences is not None and preferences.consent is Consent.SESSION
    included = [act for act in included_of(told, preferences, artists=artists) if not only_session or now - act.at <= SESSION_WINDOW]
    bans = _standing_bans(included)
    counted = [act for act in included if _counts(act, preferences, bans, now)][:ACTS_KEPT]
    since: dict[str, datetime] = {act.track_id: act.at for act in counted}
    heard = {act.track_id: act.at for act in reversed(counted) if act.kind in _LISTENED}
    latest = sorted(heard, key=lambda track_id: (heard[track_id], track_id), reverse=True)[:HEARD_KEPT]
    weights = {} if only_session else _weights(counted, now=now)
    at = min(counted[0].at, now) if counted and now - counted[0].at <= SESSION_WINDOW else None
    session = [act for act in counted if at is not None and at - act.at <= SESSION_WINDOW]
    lately = _weights(session, now=at, half_life=SESSION_HALF_LIFE) if at is not None else {}
    return Evidence(
        weights=weights,
        since={track_id: since[track_id] for track_id in {**weights, **lately}},
        heard={track_id: heard[track_id] for track_id in latest},
        banned={track_id: ban.until for track_id, ban in bans.items() if _holds(ban, now)},
        acts=len(counted),
        session=lately,
        session_at=at,
    )


def included_of(
    acts: Sequence[Interaction], preferences: Preferences | None, *, artists: Mapping[str, tuple[str, ...]] = NOBODY
) -> list[Interaction]:
    """Return the acts that are neither private nor of an excluded track, artist or context.

    Of who consents to a session alone all acts are kept as private ones, so that nothing else learns of them: these count.
    """
    public = [act for act in acts if not act.private or (preferences is not None and preferences.consent is Consent.SESSION)]
    if preferences is None or not (preferences.exclude_tracks or preferences.exclude_contexts or preferences.exclude_artists):
        return public
    tracks, contexts = set(preferences.exclude_tracks), set(preferences.exclude_contexts)
    names = {fold(name) for name in preferences.exclude_artists}
    return [
        act
        for act in public
        if act.track_id not in tracks and act.context not in contexts and names.isdisjoint(artists.get(act.track_id, ()))
    ]


def in_force(acts: Sequence[Interaction], *, now: datetime) -> dict[str, Interaction]:
    """Return for each track the ban that holds now, the latest first; the acts may come in any order."""
    bans = sorted((act for act in acts if act.kind in BANS), key=lambda act: (act.at, act.interaction_id), reverse=True)
    return {track_id: ban for track_id, ban in _standing_bans(bans).items() if _holds(ban, now)}


def _standing_bans(latest_first: Sequence[Interaction]) -> dict[str, Interaction]:
    """Return for each track the latest ban, unless it was lifted later; the latest ban first."""
    last: dict[str, Interaction] = {}
    for act in latest_first:
        if act.kind in BANS:
            last.setdefault(act.track_id, act)
    return {track_id: act for track_id, act in last.items() if act.kind is Kind.BAN}


def _counts(act: Interaction, preferences: Preferences | None, bans: Mapping[str, Interaction], now: datetime) -> bool:
    """Tell whether an act says something of the taste: not one of before a reset, and of bans only the one that holds."""
    if preferences is not None and preferences.reset_at is not None and act.at < preferences.reset_at:
        return False
    if act.kind not in BANS:
        return True
    return bans.get(act.track_id) is act and _holds(act, now)


def _holds(ban: Interaction, now: datetime) -> bool:
    return ban.until is None or ban.until > now


def _weights(counted: Sequence[Interaction], *, now: datetime, **half_life: timedelta) -> dict[str, float]:
    """Return the weights of the tracks that weigh most for and against, by id."""
    by_track: defaultdict[str, list[Interaction]] = defaultdict(list)
    for act in counted:
        by_track[act.track_id].append(act)
    weighed = {track_id: track_weight(of_track, now=now, **half_life) for track_id, of_track in by_track.items()}
    order = sorted(weighed, key=lambda track_id: (-abs(weighed[track_id]), track_id))
    liked = [track_id for track_id in order if weighed[track_id] > 0][:TRACKS_KEPT]
    disliked = [track_id for track_id in order if weighed[track_id] < 0][:DISLIKED_KEPT]
    return {track_id: weighed[track_id] for track_id in sorted([*liked, *disliked])}
