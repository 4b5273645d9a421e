"""``segue recommend``, ``similar`` and ``search``: ask for tracks."""

from pathlib import Path
from typing import Any

import click

from infra.local.answers import answer_to, reason_of, score_of, show_tracks
from infra.local.options import filter_options, home_option, json_option, query_of
from infra.local.printing import show_json


@click.command()
@click.argument("user")
@click.option("--adventure", type=click.FloatRange(0, 1), help="0 stays with what is known to please, 1 goes furthest from it.")
@click.option("--seed-track", "seed_tracks", multiple=True, help="Start from this track; may be repeated.")
@click.option("--seed-artist", "seed_artists", multiple=True, help="Start from this artist; may be repeated.")
@click.option("--seed-genre", "seed_genres", multiple=True, help="Start from this genre; may be repeated.")
@click.option("--avoid-track", "avoid_tracks", multiple=True, help="Keep away from this track; may be repeated.")
@click.option("--avoid-artist", "avoid_artists", multiple=True, help="Keep away from this artist; may be repeated.")
@click.option("--avoid-genre", "avoid_genres", multiple=True, help="Keep away from this genre; may be repeated.")
@click.option("--after", help="Go on from the page that ended with this word.")
@click.option("--explain", is_flag=True, help="Say what is not on the page, and which step dropped it.")
@filter_options
@home_option
@json_option
def recommend(user: str, adventure: float | None, after: str | None, *, explain: bool, home: Path, as_json: bool, **asked: Any) -> None:
    """Say what USER could hear next."""
    from infra.local.client import at  # noqa: PLC0415 - the command line starts without the engine

    seeds = {
        name: list(asked.pop(name)) for name in [f"{word}_{kind}s" for word in ("seed", "avoid") for kind in ("track", "artist", "genre")]
    }
    more: dict[str, Any] = {"adventure": adventure, "after": after, "explain": "full" if explain else None}
    query = {**query_of(**asked, **more), **{name: values for name, values in seeds.items() if values}}
    answer = answer_to(home, "GET", at("users", user, "recommendations"), query=query)
    if as_json:
        show_json(answer)
        return
    show_tracks(answer, last=reason_of)
    if answer.get("degraded"):
        click.echo("The engine is partly out of reach: this page is popular, not personal.")
    for step in answer.get("dropped") or ():
        click.echo(f"not shown, {step['step'].replace('_', ' ')}: {step['count']}, as {', '.join(step['tracks'])}")
    if answer.get("next"):
        click.echo(f"more: --after {answer['next']}")


@click.command()
@click.argument("track")
@click.option("--space", type=click.Choice(["audio", "text", "collab", "blend"]), default="blend", show_default=True)
@filter_options
@home_option
@json_option
def similar(track: str, space: str, home: Path, *, as_json: bool, **asked: Any) -> None:
    """Show tracks like TRACK."""
    from infra.local.client import at  # noqa: PLC0415 - as above

    answer = answer_to(home, "GET", at("tracks", track, "similar"), query=query_of(**asked, space=space))
    _show_scored(answer, as_json=as_json)


@click.command()
@click.argument("text")
@click.option("--user", help="Whose taste orders what fits equally well.")
@filter_options
@home_option
@json_option
def search(text: str, user: str | None, home: Path, *, as_json: bool, **asked: Any) -> None:
    """Find tracks by TEXT: their names, and what they are about."""
    answer = answer_to(home, "GET", "/search", query=query_of(**asked, q=text, user_id=user))
    _show_scored(answer, as_json=as_json)


def _show_scored(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(answer)
    else:
        show_tracks(answer, last=score_of)
