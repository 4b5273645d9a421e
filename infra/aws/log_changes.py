"""One transaction of the log: interactions come or go together with all that counts them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from infra.aws.log_items import (
    act_key,
    claim_key,
    count_key,
    counter_expires,
    counter_key,
    expires_of,
    item_of,
    listener_of,
    user_key,
)
from infra.aws.table import MOST_ACTIONS, Action, Key, Table, insert_action
from recommender.interactions import Interaction
from recommender.trends import is_counted

# Of each day, track and shard so many listeners are known by name: enough to tell few from many, and an item stays under a kilobyte.
SAMPLE: Final = 48
_COMING: Final = "SET #rank = :rank, #expires = :expires ADD #acts :acts"
_NOT_FULL: Final = "attribute_not_exists(#who) OR size(#who) < :sample"


def packed(acts: Iterable[Interaction]) -> Iterator[list[Interaction]]:
    """Yield interactions, in their order, in parts that fit one transaction each with all that they touch."""
    part: list[Interaction] = []
    touched: set[Key] = set()
    for act in acts:
        beside = _beside(act)
        if part and 2 * (len(part) + 1) + len(touched | beside) > MOST_ACTIONS:
            yield part
            part, touched = [], set()
        part.append(act)
        touched |= beside
    if part:
        yield part


class Coming:
    """The writing of interactions that are new, and what each action is about.

    Attributes
    ----------
    claims
        By the place of an action, the id of the interaction that it claims: known already if its condition fails.
    samples
        By the place of an action, the counter whose sample of listeners is full if its condition fails.
    """

    def __init__(self, table: Table, acts: Sequence[Interaction], *, full: Collection[Key]) -> None:
        self.actions: list[Action] = []
        self.claims: dict[int, str] = {}
        self.samples: dict[int, Key] = {}
        for act in acts:
            self.claims[len(self.actions)] = act.interaction_id
            pk, sk = claim_key(act.interaction_id)
            self.actions.append(insert_action(table, {"pk": pk, "sk": sk, "expires": expires_of(act)}))
            self.actions.append(table.put_action(item_of(act)))
        for key, counted in _by_counter(acts).items():
            who = frozenset(listener_of(act.user) for act in counted)
            values: dict[str, Any] = {"rank": key[0], "expires": counter_expires(counted[0]), "acts": len(counted)}
            if key in full:
                self.actions.append(table.update_action(key, _COMING, **values))
                continue
            self.samples[len(self.actions)] = key
            self.actions.append(table.update_action(key, f"{_COMING}, #who :who", condition=_NOT_FULL, sample=SAMPLE, who=who, **values))
        self.actions += _tallied(table, acts, by=1)


def going(table: Table, acts: Sequence[Interaction], *, staying: Collection[tuple[Key, str]]) -> list[Action]:
    """Return the removal of interactions; the first actions are those of the acts, in their order.

    Parameters
    ----------
    staying
        Counters with users who have other acts in them, which are not removed.
    """
    actions = [table.delete_action(act_key(act), condition="attribute_exists(#pk)") for act in acts]
    actions += [table.delete_action(claim_key(act.interaction_id)) for act in acts]
    for key, counted in _by_counter(acts).items():
        gone = frozenset(listener_of(act.user) for act in counted if (key, act.user) not in staying)
        change = "ADD #acts :acts" + (" DELETE #who :gone" if gone else "")
        values: dict[str, Any] = {"gone": gone} if gone else {}
        actions.append(table.update_action(key, change, acts=-len(counted), **values))
    return actions + _tallied(table, acts, by=-1)


def counters(acts: Iterable[Interaction]) -> set[Key]:
    """Return the counters that interactions are in."""
    return {counter_key(act) for act in acts if is_counted(act)}


def _by_counter(acts: Iterable[Interaction]) -> dict[Key, list[Interaction]]:
    found: defaultdict[Key, list[Interaction]] = defaultdict(list)
    for act in acts:
        if is_counted(act):
            found[counter_key(act)].append(act)
    return found


def _beside(act: Interaction) -> set[Key]:
    return {user_key(act.user), count_key(act.user)} | counters([act])


def _tallied(table: Table, acts: Iterable[Interaction], *, by: int) -> list[Action]:
    changes: Counter[Key] = Counter()
    for act in acts:
        changes[user_key(act.user)] += by
        changes[count_key(act.user)] += by
    return [table.update_action(key, "ADD #acts :acts", acts=change) for key, change in changes.items()]
