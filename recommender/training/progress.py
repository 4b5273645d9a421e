"""How far a training has come, told while it runs to whoever looks, in this process or another."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from recommender.errors import NotFound
from recommender.ports.objects import Objects

STEPS: Final = (
    "reading the log",
    "reading the tracks",
    "tuning",
    "judging",
    "fitting everything",
    "learning new tracks",
    "grouping listeners",
    "publishing",
    "swapping in",
)
_KEY: Final = "models/progress.json"
# A note that nobody renewed for so long was left by a process that died.
_STALE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """The step that is under way: its name, its place from 0, and how many steps there are."""

    step: str
    done: int
    total: int
    detail: str = ""


Report = Callable[[Progress], None]


def at_step(step: str, *, detail: str = "") -> Progress:
    """Return the progress of a training that has come to one of ``STEPS``."""
    return Progress(step, STEPS.index(step), len(STEPS), detail)


def unseen(progress: Progress) -> None:
    """Tell nobody."""


class ProgressNote:
    """Keep the latest progress as one object."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def write(self, progress: Progress, *, now: datetime) -> None:
        """Note how far the training has come."""
        self._objects.put(_KEY, json.dumps(asdict(progress) | {"at": now.isoformat()}).encode())

    def read(self, *, now: datetime) -> Progress | None:
        """Return the latest progress; ``None`` where no training runs."""
        try:
            told = json.loads(self._objects.read(_KEY))
        except NotFound:
            return None
        is_stale = now - datetime.fromisoformat(told.pop("at")) > _STALE
        return None if is_stale else Progress(**told)

    def clear(self) -> None:
        """Note that no training runs."""
        self._objects.delete(_KEY)
