"""The ledger of erasures in DynamoDB: one item a subject."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from infra.aws.shards import in_order, shard_of
from infra.aws.table import ConditionFailed, Key, Table
from infra.codec.moments import to_microseconds, to_moment
from recommender.errors import Unavailable
from recommender.ports.erasures import Erasure
from recommender.trust.audit import subject_of

SHARDS: Final = 4
_TRIES: Final = 8


class DynamoErasureLedger:
    """Keep erasures in the table of versions, which is restored apart from the tables of users; see ``ErasureLedger``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def ask(self, user: str, *, at: datetime) -> Erasure:
        """Note one more erasure of a user."""
        subject = subject_of(user)
        for _ in range(_TRIES):
            former = self.get_many([subject]).get(subject)
            number, erased = (former.number + 1, former.erased) if former else (1, 0)
            pk, sk = _key(subject)
            item: dict[str, Any] = {"pk": pk, "sk": sk, "number": number, "asked_at": to_microseconds(at), "erased": erased, "who": user}
            condition = "#number = :former AND #erased = :done" if former else "attribute_not_exists(#pk)"
            try:
                self._table.put(item, condition=condition, **({"former": former.number, "done": former.erased} if former else {}))
            except ConditionFailed:
                continue
            return Erasure(subject=subject, number=number, asked_at=at, erased=erased, user=user)
        raise Unavailable(f"the erasures of {subject} were written by others {_TRIES} times in a row", code="contended")

    def forget(self, subject: str, *, number: int) -> None:
        """Forget the pseudonym."""
        self._change(subject, "REMOVE #who", "attribute_exists(#pk) AND #number <= :number", number=number)

    def close(self, subject: str, *, number: int) -> None:
        """Note that the erasures up to ``number`` are done."""
        self._change(subject, "SET #erased = :number", "attribute_exists(#pk) AND #erased < :number", number=number)
        self.forget(subject, number=number)

    def get_many(self, subjects: Sequence[str]) -> dict[str, Erasure]:
        """Return the erasures of those of the subjects who asked for one."""
        return {sk: _erasure(item) for (_, sk), item in self._table.get_many(map(_key, subjects)).items()}

    def all(self) -> Iterator[Erasure]:
        """Yield everybody's."""
        return map(_erasure, in_order(self._table, "E", SHARDS))

    def merge(self, erasures: Iterable[Erasure]) -> None:
        """Take over what another list knows."""
        for one in erasures:
            asked_at = to_microseconds(one.asked_at)
            change = "SET #number = :number, #asked_at = :asked_at, #erased = if_not_exists(#erased, :none)"
            self._change(
                one.subject, change, "attribute_not_exists(#pk) OR #number < :number", number=one.number, asked_at=asked_at, none=0
            )

    def _change(self, subject: str, change: str, condition: str, **values: int) -> None:
        try:
            self._table.update(_key(subject), change, condition=condition, **values)
        except ConditionFailed:
            return


def _key(subject: str) -> Key:
    return f"E#{shard_of(subject, SHARDS)}", subject


def _erasure(item: dict[str, Any]) -> Erasure:
    return Erasure(
        subject=item["sk"], number=item["number"], asked_at=to_moment(item["asked_at"]), erased=item["erased"], user=item.get("who")
    )
