"""A progress bar with rate and time left, on the terminal's error stream, and silence where nobody looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(title: str, total: int | None, *, shown: bool = True) -> Iterator[Callable[[], None]]:
    """Show a bar for ``total`` things while the context is open; calling what it lends counts one more as done."""
    if not shown or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console  # noqa: PLC0415 - commands without a bar start faster
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - as above

    title_column, rate_column = TextColumn("{task.description}"), TextColumn("{task.fields[rate]}")
    columns = (title_column, BarColumn(), MofNCompleteColumn(), rate_column, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), speed_estimate_period=60) as bars:
        task = bars.add_task(title, total=total, rate="")

        def step() -> None:
            bars.advance(task)
            speed = bars.tasks[0].speed
            bars.update(task, rate=f"{speed * 60:.0f} a minute" if speed else "")

        yield step


def _silent() -> None:
    pass
