"""``segue radio``, ``path`` and ``continue``: tracks in the order in which they play."""

from pathlib import Path
from typing import Any

import click

from infra.local.answers import answer_to, reason_of, show_tracks
from infra.local.options import filter_options, home_option, json_option, query_of
from infra.local.printing import show_json

_ARCS = click.Choice(["smooth", "rising", "falling"])


@click.command()
@click.option("--seed-track", "seed_tracks", multiple=True, help="Start from this track; may be repeated.")
@click.option("--seed-artist", "seed_artists", multiple=True, help="Start from this artist; may be repeated.")
@click.option("--seed-genre", "seed_genres", multiple=True, help="Start from this genre; may be repeated.")
@click.option("--user", "user_id", help="Colour it by this user's taste.")
@click.option("--after", help="Go on after a page: the `next` that it ended with.")
@click.option("--arc", type=_ARCS, default="smooth", show_default=True, help="How energy goes.")
@filter_options
@home_option
@json_option
def radio(home: Path, *, as_json: bool, **asked: Any) -> None:
    """Play an endless radio from seeds, page by page."""
    seeds = {name: list(asked.pop(name)) for name in ("seed_tracks", "seed_artists", "seed_genres")}
    query = {**query_of(**asked), **{name: names for name, names in seeds.items() if names}}
    answer = answer_to(home, "GET", "/radio", query=query)
    _show(answer, as_json=as_json)
    if not as_json and answer["started_over"]:
        click.echo("Everything was played: it started over.")
    if not as_json and answer["next"]:
        click.echo(f"Go on with --after {answer['next']}")


@click.command()
@click.argument("start", metavar="FROM")
@click.argument("to")
@filter_options
@home_option
@json_option
def path(start: str, to: str, home: Path, *, as_json: bool, **asked: Any) -> None:
    """Lead from one track to another in small steps of sound."""
    _show(answer_to(home, "GET", "/path", query={**query_of(**asked), "from": start, "to": to}), as_json=as_json)


@click.command("continue")
@click.argument("tracks", nargs=-1, required=True)
@click.option("--user", "user_id", help="Colour it by this user's taste.")
@click.option("--arc", type=_ARCS, default="smooth", show_default=True, help="How energy goes.")
@filter_options
@home_option
@json_option
def continue_(tracks: tuple[str, ...], home: Path, *, as_json: bool, **asked: Any) -> None:
    """Say what comes after a list of TRACKS."""
    body = {name: value for name, value in query_of(**asked).items() if value is not None}
    _show(answer_to(home, "POST", "/playlists/continue", body={**_plain(body), "track_ids": list(tracks)}), as_json=as_json)


def _plain(query: dict[str, object]) -> dict[str, object]:
    """Return what ``--filter`` gave as JSON has it: a list for the filters that take one, else the one value."""
    lists = {"genres", "artists", "exclude_artists", "exclude_tracks"}
    return {name: value[0] if isinstance(value, list) and len(value) == 1 and name not in lists else value for name, value in query.items()}


def _show(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(answer)
    else:
        show_tracks(answer, last=reason_of)
