"""``segue play``: tell what a user did with a track."""

from pathlib import Path

import click

from infra.local.options import home_option, json_option
from infra.local.printing import show_json


@click.command()
@click.argument("user")
@click.argument("track")
@click.option("--kind", type=click.Choice(["play", "skip", "like", "unlike", "save", "ban", "unban"]), default="play", show_default=True)
@click.option("--heard-ms", type=click.IntRange(min=0), help="How much was heard [default: all of it].")
@click.option("--at", help="When, as 2026-05-01T20:15:00Z [default: now].")
@click.option("--context", help="Where or why, as a word: sleep, workout.")
@click.option("--until", help="When a ban ends, as 2026-05-01T20:15:00Z [default: never].")
@click.option("--private", is_flag=True, help="Keep it for the listener alone.")
@home_option
@json_option
def play(user: str, track: str, home: Path, *, as_json: bool, **told: object) -> None:
    """Tell that USER played (skipped, liked ...) TRACK."""
    from infra.local.client import Refused, ask  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above

    entry = {name: value for name, value in {"user_id": user, "track_id": track, **told}.items() if value is not None}
    with open_client(home) as client:
        answer = ask(client, "POST", "/interactions", body={"interactions": [entry]})
    for rejected in answer["rejected"]:
        raise Refused(422, rejected["message"], code=rejected["code"], field=None)
    if as_json:
        show_json(answer)
    else:
        click.echo(f"Noted: {user}, {told['kind']}, {track}.")
