"""What was asked for lately, kept in a bounded room."""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Keep at least the ``room`` entries that were asked for last, and at most twice as many.

    Two generations instead of an order: what is asked for again moves into the younger one, and when that is full the older one goes as
    a whole, so that a hit costs one look and nothing is moved for it. Any thread may look; who changes anything holds a lock of theirs.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._younger: dict[Key, Value] = {}
        self._older: dict[Key, Value] = {}

    def look(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Return those that are in the younger generation."""
        younger = self._younger
        return {key: value for key in keys if (value := younger.get(key)) is not None}

    def recall(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Return those that are kept, and make them the youngest."""
        found = {key: value for key in keys if (value := self._younger.get(key, self._older.get(key))) is not None}
        self.keep(found)
        return found

    def keep(self, entries: Mapping[Key, Value]) -> None:
        """Take entries in."""
        for key, value in entries.items():
            if len(self._younger) >= self._room and key not in self._younger:
                self._older, self._younger = self._younger, {}
            self._younger[key] = value

    def drop(self, keys: Iterable[Key]) -> None:
        """Forget entries, whether they are kept or not."""
        for key in keys:
            self._younger.pop(key, None)
            self._older.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._younger, self._older = {}, {}
