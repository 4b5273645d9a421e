"""Keep tastes in step with the log and with what is served."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from embeddings.spaces import Space
from recommender.errors import Conflict, Unavailable
from recommender.interactions import Kind
from recommender.models import Models
from recommender.ports.index import VectorIndex
from recommender.ports.stores import InteractionLog, PreferenceStore, ServingStore, TasteStore
from recommender.serving import Serving
from recommender.taste import Taste
from recommender.tasting import ACTS_KEPT, evidence_of, taste_of

_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Tastes:
    """Renew tastes from the log; two writers never lose an update, because each writes what the whole log says."""

    log: InteractionLog
    index: VectorIndex
    store: TasteStore
    preferences: PreferenceStore
    serving: ServingStore
    models: Models

    def renew(self, user: str, *, now: datetime) -> Taste:
        """Make the user's taste anew from the log and keep it.

        Raises
        ------
        Unavailable
            If other writers were faster many times in a row.
        """
        for _ in range(_TRIES):
            former = self.store.get(user)
            fresh = self._made(user, revision=former.revision if former else 0, now=now)
            try:
                return self.store.put(fresh)
            except Conflict:
                continue
        raise Unavailable(f"a taste was written by others {_TRIES} times in a row", code="contended")

    def current(self, user: str, serving: Serving, *, now: datetime) -> Taste | None:
        """Return the user's taste in the versions that are served, renewed first where it was made for others."""
        taste = self.store.get(user)
        return self.renew(user, now=now) if taste is not None and _is_behind(taste, serving) else taste

    def _made(self, user: str, *, revision: int, now: datetime) -> Taste:
        serving = self.serving.get()
        # Bans hold however much was heard since.
        acts = [*self.log.of_user(user, limit=2 * ACTS_KEPT), *self.log.of_user(user, kind=Kind.BAN)]
        evidence = evidence_of(acts, self.preferences.get(user), now=now)
        points = self.index.fetch(list(evidence.weights), slots=(serving.audio_slot, "text", serving.collab_slot))
        return taste_of(
            user, evidence, points, serving=serving, folding=self.models.folding(serving.collab_version), now=now, revision=revision
        )


def _is_behind(taste: Taste, serving: Serving) -> bool:
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
