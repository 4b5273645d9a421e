"""Make tastes from what users' acts come to: a pure function of each one's, so that whoever makes it makes the same."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.factors import to_slot
from embeddings.collaborative.folding import Folding
from embeddings.spaces import Space
from embeddings.taste import EXEMPLARS, MOST_MODES, Listened, Mode, modes_of_many
from recommender.serving import Serving
from recommender.tastes.bounds import BANNED_BYTES, EXEMPLARS_BYTES, HEARD_BYTES, NAMES_BYTES, fitting
from recommender.tastes.evidence import Evidence
from recommender.tastes.taste import SpaceTaste, Taste
from recommender.tastes.weighing import Shelves, Weighed

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
    """Return the user's taste in the versions that are served now: ``tastes_of`` for one."""
    (made,) = tastes_of({user: evidence}, shelves, serving=serving, folding=folding, now=now, revisions={user: revision})
    return made


def tastes_of(
    evidence: Mapping[str, Evidence],
    shelves: Shelves,
    *,
    serving: Serving,
    folding: Folding | None,
    now: datetime,
    revisions: Mapping[str, int],
) -> list[Taste]:
    """Return users' tastes in the versions that are served now; each is what it would be alone.

    Parameters
    ----------
    shelves
        The points of the evidence's tracks with the vectors of the serving slots; tracks that are gone are passed over.
    revisions
        Of the tastes that there are.
    """
    settled = [Weighed(shelves, told.weights, told.since) for told in evidence.values()]
    lately = [Weighed(shelves, told.session, told.since) for told in evidence.values()]
    spaces = _spaces(settled, shelves, serving, folding)
    sessions = _spaces(lately, shelves, serving, folding, most=1)
    return [
        Taste(
            user=user,
            updated_at=now,
            spaces=in_spaces,
            session=in_session,
            session_at=told.session_at,
            heard=_kept(told.heard, most_bytes=HEARD_BYTES),
            banned=_kept(told.banned, most_bytes=BANNED_BYTES),
            artists=_names("artists", weighed),
            genres=_names("genres", weighed),
            plays=told.acts,
            made_for_collab=serving.collab_version,
            revision=revisions.get(user, 0),
        )
        for (user, told), weighed, in_spaces, in_session in zip(evidence.items(), settled, spaces, sessions, strict=True)
    ]


def _spaces(
    users: Sequence[Weighed], shelves: Shelves, serving: Serving, folding: Folding | None, *, most: int = MOST_MODES
) -> list[dict[str, SpaceTaste]]:
    found: list[dict[str, SpaceTaste]] = [{} for _ in users]
    for space, slot, version in (
        (Space.AUDIO, serving.audio_slot, serving.audio_version),
        (Space.TEXT, "text", serving.text_version),
    ):
        if version is not None:
            for spaces, (liked, distastes) in zip(found, _in_space(space, slot, users, shelves, most=most), strict=True):
                if liked or distastes:
                    spaces[space.value] = SpaceTaste(version, liked, distastes)
    for spaces, weighed in zip(found, users, strict=True):
        collab = _collab_taste(serving, weighed, folding)
        if collab is not None:
            spaces[Space.COLLAB.value] = collab
    return found


def _in_space(
    space: Space, slot: str, users: Sequence[Weighed], shelves: Shelves, *, most: int
) -> Iterator[tuple[tuple[Mode, ...], tuple[Mode, ...]]]:
    """Yield the modes and the distastes of each user."""
    rows, same_taste = shelves.rows(slot), SAME_TASTE[space]
    liked, disliked = [weighed.liked(slot) for weighed in users], [weighed.disliked(slot) for weighed in users]
    towards = modes_of_many(rows, liked, same_taste=same_taste, most=most)
    against = modes_of_many(rows, disliked, same_taste=same_taste, most=DISTASTES_KEPT)
    for pro, contra, found, turned in zip(liked, disliked, towards, against, strict=True):
        distastes = _distastes(rows, pro, float(contra.weights.sum()), turned, same_taste=same_taste) if turned else ()
        yield tuple([_bounded(mode) for mode in found]), distastes


def _distastes(rows: NDArray[np.float32], liked: Listened, against: float, found: Sequence[Mode], *, same_taste: float) -> tuple[Mode, ...]:
    """Return up to three directions that are disliked, with the strength that is left after what is liked nearby.

    A dislike amid what is liked is about the track, not about how it sounds: it must not push away a whole taste.
    """
    strong = []
    directions = np.stack([mode.vector for mode in found])
    near = rows[liked.places] @ directions.T >= same_taste if liked.track_ids else np.zeros((0, len(found)), np.bool_)
    for mode, pleasing in zip(found, (liked.weights @ near).tolist(), strict=True):
        left = mode.weight * against - pleasing
        if left > 0:
            strong.append(_bounded(replace(mode, weight=left / (left + _HALF_STRENGTH))))
    return tuple(sorted(strong, key=lambda mode: (-mode.weight, mode.exemplars)))


def _collab_taste(serving: Serving, weighed: Weighed, folding: Folding | None) -> SpaceTaste | None:
    if folding is None or serving.collab_version is None:
        return None
    liked = weighed.liked(serving.collab_slot)
    if not liked.track_ids:
        return None
    vector = to_slot(folding.fold(weighed.shelves.rows(serving.collab_slot)[liked.places], liked.weights))
    if not float(np.abs(vector).max()) > 0:
        return None
    exemplars = tuple(liked.track_ids[:EXEMPLARS])
    return SpaceTaste(serving.collab_version, (_bounded(Mode(vector, 1.0, exemplars, min(liked.since))),))


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
