"""Attributes that are built on first use, once, whichever thread comes first."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")
Owner = TypeVar("Owner")


class lazily(Generic[Owner, T]):  # noqa: N801  # used as a decorator, like property
    """Build an attribute on first use and keep it; two threads that come at once wait for one building."""

    def __init__(self, build: Callable[[Owner], T]) -> None:
        self._build = build
        self._lock = threading.RLock()
        self.__doc__ = build.__doc__

    def __set_name__(self, owner: type[Owner], name: str) -> None:
        """Remember the attribute's name."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[Owner]) -> "lazily[Owner, T]": ...

    @overload
    def __get__(self, instance: Owner, owner: type[Owner]) -> T: ...

    def __get__(self, instance: Owner | None, owner: type[Owner]) -> "lazily[Owner, T] | T":
        """Return the attribute, building it if nobody has."""
        if instance is None:
            return self
        kept: dict[str, Any] = instance.__dict__
        if self._name not in kept:
            with self._lock:
                if self._name not in kept:
                    kept[self._name] = self._build(instance)
        found: T = kept[self._name]
        return found
