"""Ask the product itself: every list is a page of ``Recommend``, made of tastes, sources and filters like any other."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.dataset import Dataset
from recommender.evaluation.protocol import Lists
from recommender.filters import Filters
from recommender.pages.asking import Request
from recommender.pages.recommend import Recommend


def lists_of(
    recommend: Recommend,
    data: Dataset,
    users: Sequence[int] | NDArray[np.integer],
    *,
    name: str,
    k: int,
    now: datetime,
    step: Callable[[], None],
    numbers: Mapping[str, int],
) -> Lists:
    """Return each user's page of ``k`` tracks as track numbers, shape (n, k), -1 where a place is empty.

    What a user was learned from is left out by the request's own filter. The policy of ``recommend`` should be the plain one: a page
    is otherwise not only what is thought most relevant.

    Parameters
    ----------
    name
        Of the system that is asked; each of its pages is one of its own.
    step
        Called after each page.
    numbers
        Track number by track id.
    """
    lists = np.full((len(users), k), -1, np.intp)
    for row, user in enumerate(users):
        known = tuple(data.tracks[track] for track in data.split.train.of(int(user)))
        asked = Request(
            user=data.users[user],
            recommendation_id=f"evaluation-{name}-{user}",
            limit=k,
            adventure=0.0,
            filters=Filters(exclude_tracks=known),
        )
        shown = [numbers[item.track.track_id] for item in recommend.page(asked, now=now).items]
        lists[row, : len(shown)] = shown
        step()
    return lists
