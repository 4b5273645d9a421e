"""``segue taste``: what is known of a user's taste, in words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from infra.local.options import home_option, json_option
from infra.local.printing import counted, show_json


@click.command()
@click.argument("user")
@click.option("--reset", is_flag=True, help="Let the taste begin anew from now.")
@home_option
@json_option
def taste(user: str, home: Path, *, reset: bool, as_json: bool) -> None:
    """Say what is known of USER's taste, and what they asked for."""
    from infra.local.client import ask, at  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above

    with open_client(home) as client:
        answer = ask(client, "POST", at("users", user, "taste", "reset")) if reset else ask(client, "GET", at("users", user, "taste"))
    if as_json:
        show_json(answer)
    else:
        click.echo("\n".join(_lines(user, answer)))


def _lines(user: str, told: Mapping[str, Any]) -> list[str]:
    lines = [f"{user}: {counted(told['plays'], 'interaction')}" + (f" since {told['reset_at'][:10]}" if told["reset_at"] else "") + "."]
    lines += [f"  {mode['text']}" for part in ("session", "modes", "dislikes") for mode in told[part]]
    for part, name in (("top_artists", "Artists"), ("top_genres", "Genres")):
        if told[part]:
            lines.append(f"  {name}: " + ", ".join(f"{one['name']} {one['share']:.0%}" for one in told[part][:5]) + ".")
    for part, name in (
        ("excluded_tracks", "Excluded tracks"),
        ("excluded_artists", "Excluded artists"),
        ("excluded_contexts", "Excluded contexts"),
    ):
        if told[part]:
            lines.append(f"  {name}: {', '.join(told[part])}.")
    for part, name, key in (
        ("banned_tracks", "Banned", "track_id"),
        ("hidden_tracks", "Hidden tracks", "track_id"),
        ("hidden_artists", "Hidden artists", "artist"),
    ):
        if told[part]:
            lines.append(f"  {name}: " + ", ".join(f"{one[key]}{_until(one['until'])}" for one in told[part]) + ".")
    return lines


def _until(moment: str | None) -> str:
    return f" until {moment[:16].replace('T', ' ')}" if moment else ""
