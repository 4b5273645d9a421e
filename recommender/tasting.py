"""Make a taste from a user's interactions: a pure function of the set of them, so that order and repetition change nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from embeddings.collaborative.factors import to_slot
from embeddings.collaborative.folding import Folding
from embeddings.spaces import Space
from embeddings.taste import Mode, mean_direction, modes
from recommender.confidence import track_weight
from recommender.interactions import Interaction, Kind
from recommender.ports.index import Point
from recommender.preferences import Preferences
from recommender.serving import Serving
from recommender.taste import HEARD_KEPT, SpaceTaste, Taste

# A taste is made of the latest acts; with a half-life of 60 days what comes before weighs little.
ACTS_KEPT: Final = 500
TRACKS_KEPT: Final = 250
NAMES_KEPT: Final = 50
# Cosine from which on two groups are one taste: audio vectors of one genre lie near .3, sentences of one genre near .7.
SAME_TASTE: Final = {Space.AUDIO: 0.35, Space.TEXT: 0.7}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a user's acts come to, track by track: positive weights are taste, negative ones distaste."""

    weights: Mapping[str, float]
    heard: Mapping[str, datetime]
    banned: tuple[str, ...]
    acts: int


def evidence_of(acts: Sequence[Interaction], preferences: Preferences | None, *, now: datetime) -> Evidence:
    """Sum up a user's latest acts by track; private ones and those in excluded contexts are left out. All bans hold.

    Excluded tracks are left out as if they had never been played. The acts may come in any order.
    """
    told = sorted({act.interaction_id: act for act in acts}.values(), key=lambda act: (act.at, act.interaction_id), reverse=True)
    included = [act for act in told if not act.private and _included(act, preferences)]
    counted = included[:ACTS_KEPT]
    by_track: defaultdict[str, list[Interaction]] = defaultdict(list)
    for act in counted:
        by_track[act.track_id].append(act)
    weighed = {track_id: track_weight(of_track, now=now) for track_id, of_track in by_track.items()}
    heaviest = sorted(weighed, key=lambda track_id: (-abs(weighed[track_id]), track_id))[:TRACKS_KEPT]
    listened = {Kind.PLAY, Kind.SKIP, Kind.LIKE, Kind.SAVE}
    heard = {act.track_id: act.at for act in reversed(counted) if act.kind in listened}
    latest = sorted(heard, key=lambda track_id: (heard[track_id], track_id), reverse=True)[:HEARD_KEPT]
    return Evidence(
        weights={track_id: weighed[track_id] for track_id in sorted(heaviest)},
        heard={track_id: heard[track_id] for track_id in latest},
        banned=tuple(sorted({act.track_id for act in included if act.kind is Kind.BAN})),
        acts=len(counted),
    )


def taste_of(
    user: str,
    evidence: Evidence,
    points: Mapping[str, Point],
    *,
    serving: Serving,
    folding: Folding | None,
    now: datetime,
    revision: int = 0,
) -> Taste:
    """Return the user's taste in the versions that are served now.

    Parameters
    ----------
    points
        The points of the evidence's tracks with the vectors of the serving slots; tracks that are gone are passed over.
    """
    spaces: dict[str, SpaceTaste] = {}
    for space, slot, version in (
        (Space.AUDIO, serving.audio_slot, serving.audio_version),
        (Space.TEXT, "text", serving.text_version),
    ):
        in_space = _space_taste(space, slot, version, evidence.weights, points)
        if in_space is not None:
            spaces[space.value] = in_space
    collab = _collab_taste(serving, evidence.weights, points, folding)
    if collab is not None:
        spaces[Space.COLLAB.value] = collab
    return Taste(
        user=user,
        updated_at=now,
        spaces=spaces,
        heard=evidence.heard,
        banned=evidence.banned,
        artists=_names("artists", evidence.weights, points),
        genres=_names("genres", evidence.weights, points),
        plays=evidence.acts,
        made_for_collab=serving.collab_version,
        revision=revision,
    )


def _included(act: Interaction, preferences: Preferences | None) -> bool:
    if preferences is None:
        return True
    return act.track_id not in preferences.exclude_tracks and act.context not in preferences.exclude_contexts


def _space_taste(
    space: Space, slot: str, version: str | None, weights: Mapping[str, float], points: Mapping[str, Point]
) -> SpaceTaste | None:
    if version is None:
        return None
    placed = [(track_id, weight, points[track_id].vectors[slot]) for track_id, weight in weights.items() if _has(points, track_id, slot)]
    liked = [row for row in placed if row[1] > 0]
    disliked = [row for row in placed if row[1] < 0]
    if not placed:
        return None
    distaste = mean_direction(np.stack([row[2] for row in disliked]), np.array([-row[1] for row in disliked])) if disliked else None
    grouped = (
        modes(
            np.stack([row[2] for row in liked]),
            np.array([row[1] for row in liked]),
            tuple(row[0] for row in liked),
            same_taste=SAME_TASTE[space],
        )
        if liked
        else ()
    )
    return SpaceTaste(version, grouped, distaste)


def _collab_taste(
    serving: Serving, weights: Mapping[str, float], points: Mapping[str, Point], folding: Folding | None
) -> SpaceTaste | None:
    slot = serving.collab_slot
    liked = {track_id: weight for track_id, weight in weights.items() if weight > 0 and _has(points, track_id, slot)}
    if folding is None or serving.collab_version is None or not liked:
        return None
    vectors = np.stack([points[track_id].vectors[slot] for track_id in liked])
    vector = to_slot(folding.fold(vectors, np.array(list(liked.values()))))
    if not float(np.abs(vector).max()) > 0:
        return None
    exemplars = tuple(sorted(liked, key=lambda track_id: (-liked[track_id], track_id))[:5])
    return SpaceTaste(serving.collab_version, (Mode(vector, 1.0, exemplars),))


def _has(points: Mapping[str, Point], track_id: str, slot: str) -> bool:
    return track_id in points and slot in points[track_id].vectors


def _names(field: str, weights: Mapping[str, float], points: Mapping[str, Point]) -> dict[str, float]:
    """Return the names of a payload field with their share of the liked listening, the largest first."""
    shares: defaultdict[str, float] = defaultdict(float)
    for track_id, weight in weights.items():
        names = points[track_id].payload.get(field, []) if track_id in points else []
        if weight > 0 and isinstance(names, list) and names:
            for name in names:
                shares[name] += weight / len(names)
    total = sum(shares.values())
    largest = sorted(shares, key=lambda name: (-shares[name], name))[:NAMES_KEPT]
    return {name: shares[name] / total for name in largest}
