"""Show how far a training has come while it runs: its steps on the terminal's error stream, and silence where nobody looks."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, Final, TypeVar

from infra.local.client import Client, ask

LOOK_EVERY_S: Final = 0.3
Trained = TypeVar("Trained")


def watched(client: Client, train: Callable[[], Trained], *, shown: bool) -> Trained:
    """Run a training and show its steps meanwhile; what it raises passes through."""
    if not shown or not sys.stderr.isatty():
        return train()
    from rich.console import Console  # noqa: PLC0415 - commands without a bar start faster
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - as above

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with ThreadPoolExecutor(1) as pool, Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("starting", total=None)
        running = pool.submit(train)
        while not wait([running], timeout=LOOK_EVERY_S).done:
            told = ask(client, "GET", "/models/training")
            if told["running"]:
                bars.update(task, description=_words(told), completed=told["done"], total=told["total"])
        bars.update(task, description="done", completed=1, total=1)
        return running.result()


def _words(told: dict[str, Any]) -> str:
    return f"{told['step']}: {told['detail']}" if told["detail"] else str(told["step"])
