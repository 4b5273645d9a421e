"""Move users to other pseudonyms, after a key of theirs was changed: each one whole, and none forgotten if it is cut short."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final

from recommender.errors import NotFound
from recommender.interactions import Interaction, derived_id
from recommender.ports.erasures import ErasureLedger
from recommender.ports.objects import Objects
from recommender.ports.stores import ImpressionLog, InteractionLog, PreferenceStore, TasteStore
from recommender.trust.audit import subject_of

LISTED: Final = "trust/rekeying.json"
# The part of a pseudonym that stands before a client's own id of an interaction.
_PREFIX: Final = 12
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Rekeying:
    """Give everybody of whom anything is held the pseudonym that ``renamed`` makes of theirs, while nobody else reads or writes.

    Who has to be moved is written down before the first one is, since an old pseudonym and a new one look alike: a run that was cut short
    goes on with that list. A user is copied and then erased; copying what is there already changes nothing.

    Attributes
    ----------
    towards
        Names the change, so that a list of another one is not taken for this one's.
    """

    log: InteractionLog
    tastes: TasteStore
    preferences: PreferenceStore
    impressions: ImpressionLog
    ledger: ErasureLedger
    objects: Objects
    renamed: Callable[[str], str]
    towards: str

    def run(self, *, progress: Callable[[int, int], None] = lambda _done, _of: None) -> int:
        """Move everybody and return how many there were; the list stays until ``forget``."""
        users = self._listed()
        for number, user in enumerate(users, start=1):
            self._move(user, self.renamed(user))
            progress(number, len(users))
        return len(users)

    def forget(self) -> None:
        """Forget who was moved."""
        self.objects.delete(LISTED)

    def _listed(self) -> list[str]:
        try:
            told = json.loads(self.objects.read(LISTED))
        except NotFound:
            told = {}
        if told.get("towards") != self.towards:
            users = chain(self.log.users(), self.tastes.users(), self.preferences.users(), self.impressions.users())
            told = {"towards": self.towards, "users": sorted(set(users))}
            self.objects.put(LISTED, json.dumps(told).encode())
        return list(told["users"])

    def _move(self, old: str, new: str) -> None:
        acts = iter([renamed_act(act, new) for act in reversed(self.log.of_user(old))])
        for part in _parts(acts):
            self.log.append(part)
        taste, asked = self.tastes.get(old), self.preferences.get(old)
        if asked is not None:
            self.preferences.put(replace(asked, user=new))
        if taste is not None and self.tastes.get(new) is None:
            self.tastes.put(replace(taste, user=new, revision=0))
        there = {shown.recommendation_id for shown in self.impressions.of_user(new)}
        for shown in self.impressions.of_user(old):
            if shown.recommendation_id not in there:
                self.impressions.append(replace(shown, user=new))
        self._note_erasures(old, new)
        for store in (self.log, self.tastes, self.preferences, self.impressions):
            store.erase(old)

    def _note_erasures(self, old: str, new: str) -> None:
        """Let the ledger know a user who came back after an erasure by the new name too."""
        before = self.ledger.get_many([subject_of(old)]).get(subject_of(old))
        if before is not None:
            self.ledger.merge([replace(before, subject=subject_of(new), user=None)])
            self.ledger.close(subject_of(new), number=before.erased)


def renamed_act(act: Interaction, user: str) -> Interaction:
    """Return an interaction as it would have come under another pseudonym, so that the same one told again is still the same."""
    if act.interaction_id.startswith(f"{act.user[:_PREFIX]}."):
        name = f"{user[:_PREFIX]}{act.interaction_id[_PREFIX:]}"
    elif act.interaction_id == derived_id(act.user, act.track_id, act.kind, act.at):
        name = derived_id(user, act.track_id, act.kind, act.at)
    else:
        # the act itself still holds its id, which is unique in the log
        name = hashlib.sha256("\x1f".join((user, act.interaction_id)).encode()).hexdigest()[:32]
    return replace(act, user=user, interaction_id=name)


def _parts(acts: Iterator[Interaction]) -> Iterator[list[Interaction]]:
    while part := list(islice(acts, _AT_ONCE)):
        yield part
