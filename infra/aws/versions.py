"""What is served, and the receipts of erasures, in DynamoDB."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any, Final

from infra.aws.table import ConditionFailed, Key, Table
from recommender.errors import Conflict
from recommender.serving import Serving

_SERVING: Final[Key] = ("serving", "serving")
_FIELDS: Final = frozenset(field.name for field in fields(Serving))


class DynamoServingStore:
    """Keep the one switch in the table of versions; see ``recommender.ports.stores.ServingStore``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self) -> Serving:
        """Return what is served now."""
        found = self._table.get(_SERVING)
        told = json.loads(found["body"]) if found else {}
        return Serving(**{name: value for name, value in told.items() if name in _FIELDS})

    def put(self, serving: Serving) -> Serving:
        """Switch from the stored revision, or raise ``Conflict``."""
        written = replace(serving, revision=serving.revision + 1)
        item: dict[str, Any] = {"pk": _SERVING[0], "sk": _SERVING[1], "revision": written.revision, "body": json.dumps(asdict(written))}
        condition = "#revision = :former" if serving.revision else "attribute_not_exists(#pk)"
        try:
            self._table.put(item, condition=condition, **({"former": serving.revision} if serving.revision else {}))
        except ConditionFailed as error:
            raise Conflict(f"what is served was switched by somebody else since revision {serving.revision}") from error
        return written


class DynamoReceiptStore:
    """Keep receipts in the table of versions; see ``recommender.ports.stores.ReceiptStore``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, receipt_id: str, receipt: Mapping[str, object]) -> None:
        """Write a receipt over a former one of the same id."""
        pk, sk = _receipt_key(receipt_id)
        self._table.put({"pk": pk, "sk": sk, "body": json.dumps(dict(receipt))})

    def get(self, receipt_id: str) -> Mapping[str, object] | None:
        """Return a receipt."""
        found = self._table.get(_receipt_key(receipt_id))
        if found is None:
            return None
        receipt: dict[str, object] = json.loads(found["body"])
        return receipt


def _receipt_key(receipt_id: str) -> Key:
    return f"receipt#{receipt_id}", "receipt"
