"""What the host answers a command with, asked for and shown as a table of tracks."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from infra.local.printing import clock, name_of, show_table


def answer_to(home: Path, method: str, place: str, **content: Any) -> Any:
    """Return the answer to one call, from a running host or from the library itself."""
    from infra.local.client import ask  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above

    with open_client(home) as client:
        return ask(client, method, place, **content)


def reason_of(item: Mapping[str, Any]) -> str:
    """Return why a track is there, in words."""
    text: str = item["because"]["text"]
    return text


def score_of(item: Mapping[str, Any]) -> str:
    """Return how well a track fits."""
    return f"{item['score']:.3f}"


def show_tracks(answer: Mapping[str, Any], *, last: Callable[[Mapping[str, Any]], str]) -> None:
    """Print an answer's tracks, numbered, with what is told of each at the end of its line; first of all why there are none or few."""
    if answer.get("why"):
        click.echo(answer["why"])
    rows = [
        (str(rank), item["track"]["track_id"], name_of(item["track"]), clock(item["track"]["duration_ms"]), last(item))
        for rank, item in enumerate(answer["items"], start=1)
    ]
    show_table(rows, right=(0, 3, 4) if last is score_of else (0, 3))
