"""What the command line asks of the engine, wherever that runs: calls, uploads, functions by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import quote

from recommender.errors import SegueError

Query = Mapping[str, object]


class Refused(SegueError):
    """Pass on what the API answered: its message, code and field."""

    def __init__(self, status: int, message: str, *, code: str, field: str | None) -> None:
        super().__init__(message, code=code, field=field)
        self.answered = status


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and the JSON body, ``None`` where there is none."""

    status: int
    content: Any


class Client(Protocol):
    """Call the API, upload files and invoke functions, wherever the engine runs."""

    def call(self, method: str, path: str, *, query: Query | None = None, body: object = None) -> Answer:
        """Send one request and return what was answered, whatever the status; raises ``Unavailable`` if nobody answers."""
        ...

    def upload(self, target: Mapping[str, Any], path: Path) -> None:
        """Send a file to the target that ``POST /uploads`` gave; raises ``Unavailable`` or ``Refused``."""
        ...

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Invoke a function of the plan by its name and return its answer."""
        ...

    def __enter__(self) -> Self:
        """Open what is needed."""
        ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it again, with all work done that was asked for."""
        ...


def ask(client: Client, method: str, path: str, *, query: Query | None = None, body: object = None) -> Any:
    """Return the JSON of a good answer.

    Raises
    ------
    Refused
        With what the API says of a bad one.
    """
    return accepted(client.call(method, path, query=query, body=body))


def accepted(answer: Answer) -> Any:
    """Return an answer's JSON, or raise ``Refused`` with what it says is wrong."""
    if answer.status < 400:
        return answer.content
    told = answer.content.get("error", {}) if isinstance(answer.content, dict) else {}
    message = told.get("message", f"the engine answered {answer.status}")
    field = told.get("field")
    raise Refused(answer.status, f"{field}: {message}" if field else message, code=told.get("code", "failed"), field=field)


def at(*parts: str) -> str:
    """Return a path of these segments, each percent-encoded."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)
