"""What the commands print: one JSON document for programs, short aligned lines for people."""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click


def show_json(document: object) -> None:
    """Print one document on one line."""
    click.echo(json.dumps(document, ensure_ascii=False))


def show_table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print rows in aligned columns, cut at the terminal's width; the columns in ``right`` end together."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    most = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
    for row in rows:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        line = "  ".join(cells).rstrip()
        click.echo(line if len(line) <= most else f"{line[: most - 1]}…")


def clock(milliseconds: int | None) -> str:
    """Return a length as people write it, ``3:05``."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}:{seconds:02d}"


def name_of(track: Mapping[str, Any]) -> str:
    """Return ``Artist - Title``."""
    artists = ", ".join(track.get("artists") or ())
    return f"{artists} - {track['title']}" if artists else str(track["title"])


def counted(number: int, word: str) -> str:
    """Return ``1 track``, ``2 tracks``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
