"""Make a taste from what a user's acts come to: a pure function, so that whoever makes it makes the same."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

import numpy as np

from embeddings.collaborative.factors import to_slot
from embeddings.collaborative.folding import Folding
from embeddings.spaces import Space
from embeddings.taste import EXEMPLARS, MOST_MODES, Mode, modes
from recommender.serving import Serving
from recommender.tastes.bounds import BANNED_BYTES, EXEMPLARS_BYTES, HEARD_BYTES, NAMES_BYTES, fitting
from recommender.tastes.evidence import Evidence
from recommender.tastes.taste import SpaceTaste, Taste
from recommender.tastes.weighing import Shelves, Side, Weighed

NAMES_KEPT: Final = 50
DISTASTES_KEPT: Final = 3
# Cosine from which on two groups are one taste: audio vectors of one genre lie near .3, sentences of one genre near .7.
SAME_TASTE: Final = {Space.AUDIO: 0.35, Space.TEXT: 0.7}
# The weight against a direction at which a distaste has half of its full strength: that of one explicit like.
_HALF_STRENGTH: Final = 2.0

Value = TypeVar("Value")


def taste_of(
    user: str,
    evidence: Evidence,
    shelves: Shelves,
    *,
    serving: Serving,
    folding: Folding | None,
    now: datetime,
    revision: int = 0,
) -> Taste:
    """Return the user's taste in the versions that are served now.

    Parameters
    ----------
    shelves
        The points of the evidence's tracks with the vectors of the serving slots; tracks that are gone are passed over.
    """
    settled = Weighed(shelves, evidence.weights, evidence.since)
    lately = Weighed(shelves, evidence.session, evidence.since)
    return Taste(
        user=user,
        updated_at=now,
        spaces=_spaces(settled, serving, folding),
        session={} if evidence.session_at is None else _spaces(lately, serving, folding, most=1),
        session_at=evidence.session_at,
        heard=_kept(evidence.heard, most_bytes=HEARD_BYTES),
        banned=_kept(evidence.banned, most_bytes=BANNED_BYTES),
        artists=_names("artists", settled),
        genres=_names("genres", settled),
        plays=evidence.acts,
        made_for_collab=serving.collab_version,
        revision=revision,
    )


def _spaces(weighed: Weighed, serving: Serving, folding: Folding | None, *, most: int = MOST_MODES) -> dict[str, SpaceTaste]:
    spaces: dict[str, SpaceTaste] = {}
    for space, slot, version in (
        (Space.AUDIO, serving.audio_slot, serving.audio_version),
        (Space.TEXT, "text", serving.text_version),
    ):
        in_space = _space_taste(space, slot, version, weighed, most=most)
        if in_space is not None:
            spaces[space.value] = in_space
    collab = _collab_taste(serving, weighed, folding)
    if collab is not None:
        spaces[Space.COLLAB.value] = collab
    return spaces


def _space_taste(space: Space, slot: str, version: str | None, weighed: Weighed, *, most: int) -> SpaceTaste | None:
    if version is None:
        return None
    liked, disliked = weighed.liked(slot), weighed.disliked(slot)
    found = _modes(liked, weighed.since, same_taste=SAME_TASTE[space], most=most)
    distastes = _distastes(liked, disliked, weighed.since, same_taste=SAME_TASTE[space])
    return SpaceTaste(version, found, distastes) if found or distastes else None


def _modes(side: Side, since: Mapping[str, datetime], *, same_taste: float, most: int) -> tuple[Mode, ...]:
    if not side.track_ids:
        return ()
    firsts = [since[track_id] for track_id in side.track_ids]
    found = modes(side.vectors, side.weights, side.track_ids, same_taste=same_taste, most=most, since=firsts)
    return tuple(_bounded(mode) for mode in found)


def _distastes(liked: Side, disliked: Side, since: Mapping[str, datetime], *, same_taste: float) -> tuple[Mode, ...]:
    """Return up to three directions that are disliked, with the strength that is left after what is liked nearby.

    A dislike amid what is liked is about the track, not about how it sounds: it must not push away a whole taste.
    """
    found = _modes(disliked, since, same_taste=same_taste, most=DISTASTES_KEPT)
    strong = []
    against = float(disliked.weights.sum())
    for mode in found:
        pleasing = float(liked.weights @ (liked.vectors @ mode.vector >= same_taste)) if liked.track_ids else 0.0
        left = mode.weight * against - pleasing
        if left > 0:
            strong.append(replace(mode, weight=left / (left + _HALF_STRENGTH)))
    return tuple(sorted(strong, key=lambda mode: (-mode.weight, mode.exemplars)))


def _collab_taste(serving: Serving, weighed: Weighed, folding: Folding | None) -> SpaceTaste | None:
    if folding is None or serving.collab_version is None:
        return None
    liked = weighed.liked(serving.collab_slot)
    if not liked.track_ids:
        return None
    vector = to_slot(folding.fold(liked.vectors, liked.weights))
    if not float(np.abs(vector).max()) > 0:
        return None
    exemplars = tuple(sorted(liked.track_ids, key=lambda track_id: (-weighed.weights[track_id], track_id))[:EXEMPLARS])
    since = min(weighed.since[track_id] for track_id in liked.track_ids)
    return SpaceTaste(serving.collab_version, (_bounded(Mode(vector, 1.0, exemplars, since)),))


def _bounded(mode: Mode) -> Mode:
    kept = fitting(mode.exemplars, most_bytes=EXEMPLARS_BYTES)
    return mode if len(kept) == len(mode.exemplars) else replace(mode, exemplars=kept)


def _kept(by_name: Mapping[str, Value], *, most_bytes: int) -> Mapping[str, Value]:
    names = fitting(tuple(by_name), most_bytes=most_bytes)
    return by_name if len(names) == len(by_name) else {name: by_name[name] for name in names}


def _names(field: str, weighed: Weighed) -> dict[str, float]:
    """Return the names of a payload field with their share of the liked listening, the largest first."""
    shares: defaultdict[str, float] = defaultdict(float)
    for track_id, weight in weighed.weights.items():
        point = weighed.shelves.points.get(track_id)
        if weight > 0 and point is not None:
            names = point.payload.get(field)
            told = names if isinstance(names, list) else []
            for name in told:
                shares[name] += weight / len(told)
    total = sum(shares.values())
    largest = fitting(sorted(shares, key=lambda name: (-shares[name], name))[:NAMES_KEPT], most_bytes=NAMES_BYTES)
    return {name: shares[name] / total for name in largest}
