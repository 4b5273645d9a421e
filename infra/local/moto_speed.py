"""Let moto's work cost what it touches, so that thousands of messages and items can be played through it.

It copies a whole table before a transaction, once for every action, and looks at a whole queue for every message that it hands out. Here
the touched items alone are kept, and put back where the transaction is cancelled; what is done and when it fails stays moto's own.
"""

import copy
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.sqs.models import Message, SQSBackend

_LOCK: Final = threading.Lock()
_TRANSACT: Final = DynamoDBBackend.transact_write_items


@contextmanager
def quick_moto() -> Iterator[None]:
    """Replace what is slow in moto for as long as the context is open."""
    former = DynamoDBBackend.transact_write_items, SQSBackend.is_message_valid_based_on_retention_period
    DynamoDBBackend.transact_write_items = _transact  # type: ignore[assignment,method-assign]  # the whole purpose
    SQSBackend.is_message_valid_based_on_retention_period = _is_kept  # type: ignore[assignment,method-assign]  # as above
    try:
        yield
    finally:
        DynamoDBBackend.transact_write_items = former[0]  # type: ignore[method-assign]  # as above
        SQSBackend.is_message_valid_based_on_retention_period = former[1]  # type: ignore[method-assign]  # as above


def _is_kept(backend: SQSBackend, queue_name: str, message: Message) -> bool:
    kept_s: int = backend.get_queue(queue_name).message_retention_period  # type: ignore[attr-defined]  # set by name from the queue's attributes
    return float(message.sent_timestamp or 0) / 1000 + kept_s > time.time()


def _transact(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    with _LOCK, _uncopied():
        before = _touched(backend, transact_items)
        try:
            _TRANSACT(backend, transact_items)
        except BaseException:
            for items, key, item in before:
                if item is None:
                    items.pop(key, None)
                else:
                    items[key] = item
            raise


@contextmanager
def _uncopied() -> Iterator[None]:
    """Let a copy of a table be the table itself."""
    Table.__deepcopy__ = lambda table, _memo: table  # type: ignore[attr-defined]  # moto leaves it to Python's default
    try:
        yield
    finally:
        del Table.__deepcopy__  # type: ignore[attr-defined]  # as above


def _touched(backend: DynamoDBBackend, actions: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any, Any]]:
    """Return the items that a transaction names, copied, with where they lie; ``None`` for those that do not exist."""
    found = []
    for action in actions:
        (said,) = action.values()
        table = backend.get_table(said["TableName"])
        keys = said.get("Key") or said["Item"]
        hash_key, range_key = backend.get_keys_value(table, keys)
        items, key = (table.items[hash_key], range_key) if table.has_range_key else (table.items, hash_key)
        found.append((items, key, copy.deepcopy(items.get(key))))
    return found
