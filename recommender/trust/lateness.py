"""Late messages: what was accepted in a life that has ended since is dropped, and never brings anybody back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from recommender.errors import Unavailable
from recommender.feedback import Feedback
from recommender.interactions import Interaction
from recommender.trust.erasures import FIRST_LIFE, Life, Lives, ending_of


@dataclass(frozen=True, slots=True)
class Accepted:
    """The interactions of one message, and in which life each user was when they were accepted; in the first one unless it is said."""

    interactions: Sequence[Interaction]
    lives: Mapping[str, str] = field(default_factory=dict)

    def of_lives(self, lives: Mapping[str, Life]) -> tuple[list[Interaction], list[Interaction]]:
        """Return the interactions of lives that last, and those of lives that have ended."""
        lasting: list[Interaction] = []
        ended: list[Interaction] = []
        for act in self.interactions:
            (lasting if self.lives.get(act.user, FIRST_LIFE) == lives[act.user].name else ended).append(act)
        return lasting, ended


@dataclass(frozen=True, slots=True)
class Recording:
    """Record what is not too late."""

    feedback: Feedback
    lives: Lives

    def record(self, message: Accepted, *, now: datetime) -> int:
        """Record one message and return how many of its interactions were new.

        Raises
        ------
        Unavailable
            As ``record_many`` says.
        """
        (done,) = self.record_many([message], now=now)
        if isinstance(done, Unavailable):
            raise done
        return done

    def record_many(self, messages: Sequence[Accepted], *, now: datetime) -> list[int | Unavailable]:
        """Record messages together and return for each how many of its interactions were new, or why it must come again.

        Those of a user whose erasure is under way wait for its end, so that it cannot take what came after it was asked for.
        """
        lives = self.lives.of({act.user for message in messages for act in message.interactions})
        parted = [message.of_lives(lives) for message in messages]
        self._forget([act for _, ended in parted for act in ended], now=now)
        waiting = [ending_of({act.user for act in lasting}, lives) for lasting, _ in parted]
        timely = [lasting for (lasting, _), fault in zip(parted, waiting, strict=True) if fault is None]
        done = iter(self.feedback.record_many(timely, now=now))
        self._withdraw(timely, lives, now=now)
        return [next(done) if fault is None else fault for fault in waiting]

    def _withdraw(self, recorded: Sequence[Sequence[Interaction]], before: Mapping[str, Life], *, now: datetime) -> None:
        """Take back what was written of those who asked to be erased meanwhile."""
        users = {act.user for acts in recorded for act in acts}
        lives = self.lives.of(users)
        gone = {user for user in users if lives[user].erasures != before[user].erasures}
        self.feedback.log.remove([act for acts in recorded for act in acts if act.user in gone])
        # Whatever was removed by whom, a taste was written of it.
        self._renew(gone, now=now)

    def _forget(self, acts: Sequence[Interaction], *, now: datetime) -> None:
        """Make sure that nothing is left of acts: an earlier delivery may have written them just before it was cut short."""
        if acts and self.feedback.log.remove(acts):
            self._renew({act.user for act in acts}, now=now)

    def _renew(self, users: Collection[str], *, now: datetime) -> None:
        held = self.feedback.log.of_users(sorted(users), limit=1)
        for user in sorted(users):
            if not held[user]:
                self.feedback.tastes.store.erase(user)
        self.feedback.tastes.renew_many([user for user in users if held[user]], now=now)
