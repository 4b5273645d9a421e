"""Many small calls to AWS side by side: each waits for the network and not for the processor."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

_FEW: Final = 4
_AT_ONCE: Final = 8

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def side_by_side(call: Callable[[Asked], Answer], asked: Sequence[Asked]) -> list[Answer]:
    """Return the answers in the order asked; the first failure is raised when the calls under way have ended."""
    if len(asked) <= _FEW:
        return [call(one) for one in asked]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="aws") as threads:
        return list(threads.map(call, asked))
