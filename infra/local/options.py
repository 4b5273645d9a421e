"""The options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from infra.local.environment import home_of

Command = TypeVar("Command", bound=Callable[..., object])


def home_option(command: Command) -> Command:
    """Add ``--home``."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        callback=lambda _context, _option, given: home_of(given),
        help="Folder of the library [default: $SEGUE_HOME or .segue].",
    )(command)


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")(command)


def filter_options(command: Command) -> Command:
    """Add ``--limit``, ``--genre`` and ``--filter``."""
    for option in (
        click.option(
            "--filter", "filters", multiple=True, metavar="KEY=VALUE", callback=_pairs, help="Any filter of the API, as year_min=1990."
        ),
        click.option("--genre", "genres", multiple=True, help="Only this genre; may be repeated."),
        click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="How many tracks."),
    ):
        command = option(command)
    return command


def _pairs(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, list[str]]:
    pairs: dict[str, list[str]] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{text!r} is not KEY=VALUE")
        pairs.setdefault(name, []).append(value)
    return pairs


def query_of(limit: int, genres: tuple[str, ...], filters: dict[str, list[str]], **more: Any) -> dict[str, object]:
    """Return the query that these options ask for."""
    return {"limit": limit, **({"genres": list(genres)} if genres else {}), **filters, **more}
