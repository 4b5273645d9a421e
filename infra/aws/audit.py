"""The audit log in DynamoDB: entries that are written once, each after the one before it."""

import json
from collections.abc import Iterator
from typing import Any, Final

from infra.aws.table import ConditionFailed, Table
from infra.codec.moments import to_microseconds, to_moment
from recommender.errors import Unavailable
from recommender.trust.audit import Act, Entry, sealed

_CHAIN: Final = "audit"
_TRIES: Final = 20


class DynamoAuditLog:
    """Keep the chain in the table of versions; see ``recommender.ports.stores.AuditLog``.

    The chain is one partition: some hundred entries a second. No adapter changes an entry; who may, IAM says.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def append(self, act: Act) -> Entry:
        """Seal an act onto the end of the chain, after whoever was faster."""
        for _ in range(_TRIES):
            last = next(self._table.query(_CHAIN, forward=False, page=1), None)
            entry = sealed(act, after=_entry(last) if last else None)
            item = {"pk": _CHAIN, "sk": _number(entry.number), "body": json.dumps(_stored(entry), separators=(",", ":"))}
            try:
                self._table.put(item, condition="attribute_not_exists(#pk)")
            except ConditionFailed:
                continue
            return entry
        raise Unavailable(f"others appended to the audit log {_TRIES} times in a row", code="contended")

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """Yield entries from the one after number ``after`` on."""
        return map(_entry, self._table.query(_CHAIN, where="#sk > :after", after=_number(after)))


def _number(number: int) -> str:
    return f"{number:012d}"


def _stored(entry: Entry) -> dict[str, Any]:
    act = entry.act
    told = {"at": to_microseconds(act.at), "actor": act.actor, "action": act.action, "subject": act.subject, "outcome": act.outcome}
    return {**told, "before": entry.before, "digest": entry.digest}


def _entry(item: dict[str, Any]) -> Entry:
    stored = json.loads(item["body"])
    told = {name: stored[name] for name in ("actor", "action", "subject", "outcome")}
    return Entry(number=int(item["sk"]), act=Act(at=to_moment(stored["at"]), **told), before=stored["before"], digest=stored["digest"])
