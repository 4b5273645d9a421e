"""One DynamoDB table, spoken to in plain values: reads that see every write, conditional writes, and transactions."""

import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.aws.attributes import Item, Value, from_wire, to_wire
from infra.aws.faults import answered, code_of, reasons_of
from recommender.errors import Unavailable

SERVICE: Final = "dynamodb"
MOST_ACTIONS: Final = 100
FAILED_CONDITION: Final = "ConditionalCheckFailed"
_RIVALS: Final = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_BATCH: Final = 100
_TRIES: Final = 8
_NAME: Final = re.compile(r"#(\w+)")
_ABSENT: Final = "attribute_not_exists(#pk)"
Key = tuple[str, str]
Action = dict[str, dict[str, Any]]


class ConditionFailed(Exception):
    """Say that the item was not as the writer had read it."""


class Cancelled(Exception):
    """Say which actions of a transaction found their items not as the writer had read them."""

    def __init__(self, failed: Sequence[int]) -> None:
        super().__init__(f"the conditions of actions {failed} do not hold")
        self.failed = frozenset(failed)


class Table:
    """A table whose items have the keys ``pk`` and ``sk``. Thread-safe.

    Expressions name attributes as ``#name`` and values as ``:name``; the values are given as keywords.

    Parameters
    ----------
    pause
        What waits between tries; seconds.
    """

    def __init__(self, client: Any, name: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._client, self.name, self._pause = client, name, pause

    def get(self, key: Key) -> dict[str, Any] | None:
        """Return an item as it stands now."""
        with answered(SERVICE):
            found = self._client.get_item(TableName=self.name, Key=_key(key), ConsistentRead=True).get("Item")
        return None if found is None else from_wire(found)

    def get_many(self, keys: Iterable[Key], *, only: str | None = None) -> dict[Key, dict[str, Any]]:
        """Return those of the items that exist, as they stand now; ``only`` names attributes to bring, separated by commas."""
        asked = list(dict.fromkeys(keys))
        projected = _expressed(ProjectionExpression=f"#pk, #sk, {only}") if only else {}
        found: list[dict[str, Any]] = []
        for start in range(0, len(asked), _BATCH):
            wanted = {"Keys": [_key(key) for key in asked[start : start + _BATCH]], "ConsistentRead": True, **projected}
            found += self._batch({self.name: wanted})
        return {(item["pk"], item["sk"]): item for item in found}

    def query(
        self, pk: str, *, index: str | None = None, where: str | None = None, forward: bool = True, page: int | None = None, **values: Value
    ) -> Iterator[dict[str, Any]]:
        """Yield the items of one partition in the order of their sort keys, page by page.

        Parameters
        ----------
        index
            Of another partition key, in which the newest writes may be missing for a moment.
        where
            A condition on the sort key.
        page
            How many items to fetch at once, where fewer than a megabyte will be wanted.
        """
        partition = {None: "pk", "by_ban": "pk", "by_rank": "rank", "by_page": "page"}.get(index, "day")
        condition = f"#{partition} = :partition" + (f" AND {where}" if where else "")
        asked = {
            "TableName": self.name,
            "ScanIndexForward": forward,
            **({"IndexName": index} if index else {}),
            **({"ConsistentRead": True} if partition == "pk" else {}),
            **({"Limit": page} if page else {}),
            **_expressed(KeyConditionExpression=condition, partition=pk, **values),
        }
        while True:
            with answered(SERVICE):
                answer = self._client.query(**asked)
            yield from (from_wire(item) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def scan(self, *, only: str) -> Iterator[dict[str, Any]]:
        """Yield the attributes ``only`` (names separated by commas) of every item, a page at a time: a look at the whole table."""
        asked = {"TableName": self.name, "ConsistentRead": True, **_expressed(ProjectionExpression=only)}
        while True:
            with answered(SERVICE):
                answer = self._client.scan(**asked)
            yield from (from_wire(item) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def put(self, item: Item, *, condition: str | None = None, **values: Value) -> None:
        """Write an item whole; raises ``ConditionFailed`` where the condition does not hold."""
        self._write(self._client.put_item, self.put_action(item, condition=condition, **values)["Put"])

    def update(self, key: Key, change: str, *, condition: str | None = None, **values: Value) -> None:
        """Change an item's attributes, making it where it is missing; raises ``ConditionFailed`` where the condition does not hold."""
        self._write(self._client.update_item, self.update_action(key, change, condition=condition, **values)["Update"])

    def delete(self, key: Key, *, condition: str | None = "attribute_exists(#pk)", **values: Value) -> bool:
        """Remove an item and tell whether there was one that the condition holds for."""
        try:
            self._write(self._client.delete_item, self.delete_action(key, condition=condition, **values)["Delete"])
        except ConditionFailed:
            return False
        return True

    def put_action(self, item: Item, *, condition: str | None = None, **values: Value) -> Action:
        """Return a put as an action of a transaction."""
        return {"Put": {"TableName": self.name, "Item": to_wire(item), **_expressed(ConditionExpression=condition, **values)}}

    def update_action(self, key: Key, change: str, *, condition: str | None = None, **values: Value) -> Action:
        """Return an update as an action of a transaction."""
        said = _expressed(UpdateExpression=change, ConditionExpression=condition, **values)
        return {"Update": {"TableName": self.name, "Key": _key(key), **said}}

    def delete_action(self, key: Key, *, condition: str | None = None, **values: Value) -> Action:
        """Return a deletion as an action of a transaction."""
        return {"Delete": {"TableName": self.name, "Key": _key(key), **_expressed(ConditionExpression=condition, **values)}}

    def check_action(self, key: Key, condition: str, **values: Value) -> Action:
        """Return a check as an action of a transaction."""
        said = _expressed(ConditionExpression=condition, **values)
        return {"ConditionCheck": {"TableName": self.name, "Key": _key(key), **said}}

    def transact(self, actions: Sequence[Action]) -> None:
        """Do all actions or none (at most 100, each of another item).

        Raises
        ------
        Cancelled
            If some of them found their condition not to hold.
        Unavailable
            If others wrote the same items many times in a row.
        """
        for attempt in range(_TRIES):
            try:
                with answered(SERVICE):
                    self._client.transact_write_items(TransactItems=list(actions))
            except ClientError as error:
                if code_of(error) != "TransactionCanceledException":
                    raise
                failed = [at for at, reason in enumerate(reasons_of(error)) if reason == FAILED_CONDITION]
                if failed:
                    raise Cancelled(failed) from error
                if not _RIVALS.intersection(reasons_of(error)):
                    raise
            else:
                return
            self._pause(_backoff(attempt))
        raise Unavailable(f"items of {self.name} were written by others {_TRIES} times in a row", code="contended")

    def _batch(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Return a batch's items, asking again for those that DynamoDB left out for now."""
        found: list[dict[str, Any]] = []
        for attempt in range(_TRIES):
            with answered(SERVICE):
                answer = self._client.batch_get_item(RequestItems=request)
            found += [from_wire(item) for item in answer["Responses"].get(self.name, [])]
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                return found
            self._pause(_backoff(attempt))
        raise Unavailable(f"{self.name} is throttled", code="dynamodb_unavailable")

    def _write(self, call: Callable[..., Any], said: Mapping[str, Any]) -> None:
        try:
            with answered(SERVICE):
                call(**said)
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                raise ConditionFailed from error
            raise


def insert_action(table: Table, item: Item) -> Action:
    """Return the writing of an item that must not exist yet."""
    return table.put_action(item, condition=_ABSENT)


def _key(key: Key) -> dict[str, Any]:
    return to_wire({"pk": key[0], "sk": key[1]})


def _backoff(attempt: int) -> float:
    """Wait at random up to 20, 40, 80 ... ms, so that rivals part."""
    return random.uniform(0, 0.02 * 2**attempt)  # noqa: S311  # no secret hangs on it


def _expressed(**said: Value | None) -> dict[str, Any]:
    """Return expressions (capitalised keywords) with the names and values that they use, as DynamoDB takes them."""
    expressions = {name: text for name, text in said.items() if name[0].isupper() and text is not None}
    names = {f"#{found}": found for text in expressions.values() for found in _NAME.findall(str(text))}
    values = to_wire({f":{name}": value for name, value in said.items() if not name[0].isupper()})
    return {
        **expressions,
        **({"ExpressionAttributeNames": names} if names else {}),
        **({"ExpressionAttributeValues": values} if values else {}),
    }
