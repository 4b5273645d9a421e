"""``segue recommend``, ``similar`` and ``search``: ask for tracks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from infra.local.options import filter_options, home_option, json_option, query_of
from infra.local.printing import clock, name_of, show_json, show_table


@click.command()
@click.argument("user")
@click.option("--adventure", type=click.FloatRange(0, 1), help="0 stays with what is known to please, 1 goes furthest from it.")
@click.option("--seed-track", "seed_tracks", multiple=True, help="Start from this track; may be repeated.")
@click.option("--seed-artist", "seed_artists", multiple=True, help="Start from this artist; may be repeated.")
@click.option("--seed-genre", "seed_genres", multiple=True, help="Start from this genre; may be repeated.")
@filter_options
@home_option
@json_option
def recommend(user: str, adventure: float | None, home: Path, *, as_json: bool, **asked: Any) -> None:
    """Say what USER could hear next."""
    from infra.local.client import at  # noqa: PLC0415 - the command line starts without the engine

    seeds = {name: list(asked.pop(name)) for name in ("seed_tracks", "seed_artists", "seed_genres")}
    query = {**query_of(**asked, adventure=adventure), **{name: values for name, values in seeds.items() if values}}
    answer = _asked(home, at("users", user, "recommendations"), query)
    if as_json:
        show_json(answer)
        return
    if answer.get("why"):
        click.echo(answer["why"])
    rows = [
        (str(rank), item["track"]["track_id"], name_of(item["track"]), clock(item["track"]["duration_ms"]), item["because"]["text"])
        for rank, item in enumerate(answer["items"], start=1)
    ]
    show_table(rows, right=(0, 3))


@click.command()
@click.argument("track")
@click.option("--space", type=click.Choice(["audio", "text", "collab", "blend"]), default="blend", show_default=True)
@filter_options
@home_option
@json_option
def similar(track: str, space: str, home: Path, *, as_json: bool, **asked: Any) -> None:
    """Show tracks like TRACK."""
    from infra.local.client import at  # noqa: PLC0415 - as above

    answer = _asked(home, at("tracks", track, "similar"), query_of(**asked, space=space))
    _show_scored(answer, as_json=as_json)


@click.command()
@click.argument("text")
@filter_options
@home_option
@json_option
def search(text: str, home: Path, *, as_json: bool, **asked: Any) -> None:
    """Find tracks by TEXT: their names, and what they are about."""
    answer = _asked(home, "/search", query_of(**asked, q=text))
    _show_scored(answer, as_json=as_json)


def _asked(home: Path, path: str, query: dict[str, object]) -> Any:
    from infra.local.client import ask  # noqa: PLC0415 - as above
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above

    with open_client(home) as client:
        return ask(client, "GET", path, query=query)


def _show_scored(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(answer)
        return
    if answer.get("why"):
        click.echo(answer["why"])
    items: Sequence[dict[str, Any]] = answer["items"]
    rows = [
        (str(rank), item["track"]["track_id"], name_of(item["track"]), clock(item["track"]["duration_ms"]), f"{item['score']:.3f}")
        for rank, item in enumerate(items, start=1)
    ]
    show_table(rows, right=(0, 3, 4))
