"""Keep tastes in step with the log and with what is served."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from embeddings.spaces import Space
from recommender.errors import Unavailable
from recommender.models import Models
from recommender.ports.catalog import Catalog
from recommender.ports.index import VectorIndex
from recommender.ports.stores import InteractionLog, PreferenceStore, ServingStore, TasteStore
from recommender.serving import Serving
from recommender.tastes.evidence import evidence_of
from recommender.tastes.history import Histories
from recommender.tastes.taste import Taste
from recommender.tastes.tasting import tastes_of
from recommender.tastes.weighing import Shelves

_TRIES: Final = 8
# How many users' acts and vectors are held at once.
_PART: Final = 250


@dataclass(frozen=True, slots=True)
class Tastes:
    """Renew tastes from the log; two writers never lose an update, because each writes what the whole log says."""

    log: InteractionLog
    index: VectorIndex
    store: TasteStore
    preferences: PreferenceStore
    serving: ServingStore
    models: Models
    catalog: Catalog

    def renew(self, user: str, *, now: datetime) -> Taste:
        """Make the user's taste anew from the log and keep it.

        Raises
        ------
        Unavailable
            If other writers were faster many times in a row.
        """
        made = self.renew_many([user], now=now)
        if user not in made:
            raise contended(user)
        return made[user]

    def renew_many(self, users: Collection[str], *, now: datetime) -> dict[str, Taste]:
        """Make the tastes of users anew, and return those that could be kept: others were faster many times in a row with the rest."""
        told, made = sorted(set(users)), dict[str, Taste]()
        for start in range(0, len(told), _PART):
            left = told[start : start + _PART]
            for _ in range(_TRIES):
                written = self.store.put_many(self._made(left, now=now))
                made |= {taste.user: taste for taste in written}
                left = [user for user in left if user not in made]
                if not left:
                    break
        return made

    def current(self, user: str, serving: Serving, *, now: datetime) -> Taste | None:
        """Return the user's taste in the versions that are served, renewed first where it was made for others."""
        taste = self.store.get(user)
        return self.renew(user, now=now) if taste is not None and is_behind(taste, serving) else taste

    def _made(self, users: Sequence[str], *, now: datetime) -> list[Taste]:
        """Return the tastes as the log tells them now, with one look at each store for all of the users."""
        revisions = self.store.revisions(users)
        serving = self.serving.get()
        slots = (serving.audio_slot, "text", serving.collab_slot)
        asked = self.preferences.get_many(users)
        histories, points = Histories(self.log, self.index, self.catalog).of(users, asked, slots=slots, now=now)
        evidence = {
            user: evidence_of(history.acts, history.preferences, now=now, artists=history.artists) for user, history in histories.items()
        }
        missing = {track_id for told in evidence.values() for track_id in told.track_ids()} - points.keys()
        shelves = Shelves({**points, **(self.index.fetch(sorted(missing), slots=slots) if missing else {})})
        folding = self.models.folding(serving.collab_version)
        return tastes_of(evidence, shelves, serving=serving, folding=folding, now=now, revisions=revisions)


def contended(user: str) -> Unavailable:
    """Return the fault of a taste that others were always faster to write."""
    return Unavailable(f"the taste of {user} was written by others {_TRIES} times in a row", code="contended")


def is_behind(taste: Taste, serving: Serving) -> bool:
    """Tell whether the taste was made while other versions served; a space that says nothing of the user is not behind."""
    made_for = {space: held.version for space, held in taste.spaces.items()}
    served = {
        Space.AUDIO.value: serving.audio_version,
        Space.TEXT.value: serving.text_version,
        Space.COLLAB.value: serving.collab_version,
    }
    return any(made_for[space] != served[space] for space in made_for) or (
        serving.collab_version is not None and taste.made_for_collab != serving.collab_version
    )
