"""Let the stores follow the ring of keys: which links their pseudonyms have taken is kept beside them, and the missing ones are taken."""

import json
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Final

from infra.key_ring import KeyRing
from infra.pseudonyms import step
from infra.stores import Stores
from recommender.errors import NotFound, Unavailable
from recommender.trust.rekeying import Rekeying

PLACE: Final = "trust/links.json"


def links_taken(stores: Stores) -> int:
    """Return how many links of the ring the stored pseudonyms have taken; a store that holds nobody has taken them all, and says so.

    Raises
    ------
    Unavailable
        If they were made by other keys.
    """
    ring = stores.ring
    noted = _noted(stores)
    if noted is None:
        # stores of before this was noted knew one link
        taken = 1 if _hold_anybody(stores) else len(ring.links)
        _note(stores, ring, taken)
        return taken
    for length in range(1, len(ring.links) + 1):
        if ring.fingerprint(length) == noted:
            return length
    raise Unavailable(
        "the pseudonyms in these stores were made by another user key: give back the one they were made by (USER_KEY, or user.key)",
        code="other_user_key",
    )


def check(stores: Stores) -> None:
    """Refuse to go on with stores whose pseudonyms are not those of the ring: nobody's listening would be found.

    Raises
    ------
    Unavailable
        Saying what to do.
    """
    taken = links_taken(stores)
    if taken < len(stores.ring.links):
        raise Unavailable(
            f"these stores know {taken} of the {len(stores.ring.links)} user keys: `segue keys rotate-users --follow` goes on where the "
            "change of the key was cut short; of a restored backup, first erase again who asked for it",
            code="behind_user_key",
        )


def follow(stores: Stores, *, progress: Callable[[int, int], None] = lambda _done, _of: None) -> int:
    """Take the links that are missing, one after the other, and return how many users were moved; nobody else may be at work."""
    ring, moved = stores.ring, 0
    for taken in range(links_taken(stores), len(ring.links)):
        rekeying = Rekeying(
            log=stores.interactions,
            tastes=stores.tastes,
            preferences=stores.preferences,
            impressions=stores.impressions,
            ledger=stores.erasures,
            objects=stores.objects,
            renamed=partial(step, key=ring.links[taken]),
            towards=ring.fingerprint(taken + 1),
        )
        moved += rekeying.run(progress=progress)
        _note(stores, ring, taken + 1)
        rekeying.forget()
    return moved


def _noted(stores: Stores) -> str | None:
    try:
        return str(json.loads(stores.objects.read(PLACE))["fingerprint"])
    except NotFound:
        return None


def _note(stores: Stores, ring: KeyRing, taken: int) -> None:
    stores.objects.put(PLACE, json.dumps({"fingerprint": ring.fingerprint(taken)}).encode())


def _hold_anybody(stores: Stores) -> bool:
    held = chain(stores.interactions.users(), stores.tastes.users(), stores.preferences.users(), stores.impressions.users())
    return next(held, None) is not None
