"""The stores that hold something of a user: counted, and emptied of one user."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from recommender.ports.queues import MessageQueues
from recommender.ports.stores import ImpressionLog, InteractionLog, PreferenceStore, TasteStore


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that is kept under a user's pseudonym.

    The vector index, the objects, the model versions and the counts hold no user: factors and crowds are of tracks, counts have no names.

    Attributes
    ----------
    shred
        Overwrites the bytes of what the stores have let go of, where a store leaves some; called last.
    """

    log: InteractionLog
    tastes: TasteStore
    preferences: PreferenceStore
    impressions: ImpressionLog
    queues: MessageQueues
    shred: Callable[[], None]

    def erase(self, user: str) -> Mapping[str, int]:
        """Erase a user everywhere and return how much there was, by store."""
        removed = {
            "messages": self.queues.erase(user),
            "interactions": self.log.erase(user),
            "tastes": self.tastes.erase(user),
            "preferences": self.preferences.erase(user),
            "impressions": self.impressions.erase(user),
        }
        # A taste that was being renewed when its acts went away may have been written after it was erased.
        self.tastes.erase(user)
        return removed

    def count(self, user: str) -> Mapping[str, int]:
        """Return how much is held of a user, by store that can be asked."""
        return {
            "interactions": self.log.count_of(user),
            "tastes": len(self.tastes.revisions([user])),
            "preferences": int(self.preferences.get(user) is not None),
            "impressions": len(self.impressions.of_user(user)),
        }

    def users(self) -> Iterator[str]:
        """Yield everybody of whom anything is held, each once."""
        seen: set[str] = set()
        for user in chain(self.log.users(), self.tastes.users(), self.preferences.users(), self.impressions.users()):
            if user not in seen:
                seen.add(user)
                yield user
