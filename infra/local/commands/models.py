"""``segue train`` and ``segue models``: learn from the listening, and choose which model version serves."""

from pathlib import Path
from typing import Any, Final

import click

from infra.local.options import home_option, json_option
from infra.local.printing import counted, show_json, show_table

_TOLD: Final = ("ndcg@20", "recall@20", "coverage@20")
# What a newcomer is told of the figures: the metric, and what it means.
_MEANT: Final = (
    ("ndcg@20", "what they liked next stands high in the first 20 (0 to 1)"),
    ("recall@20", "share of it that is in the first 20"),
    ("coverage@20", "share of the tracks that is shown to somebody"),
    ("novelty@20", "surprise of a track shown, in bits"),
)
# As the engine's own, which the command line does not load to start (tests/infra/local holds them together).
MOST_EPSILON: Final = 50.0
_RIVALS: Final = (("this version", ""), ("serving", "serving_"), ("popularity", "popularity_"))


@click.command()
@home_option
@json_option
@click.option(
    "--epsilon",
    type=click.FloatRange(0, MOST_EPSILON, min_open=True),
    help="Train with differential privacy: tell at most so much of any one listener (1 is little, 8 is a lot).",
)
@click.option(
    "--delta",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Chance at which more may be told; usually far below one in the number of listeners.",
)
def train(home: Path, *, epsilon: float | None, delta: float | None, as_json: bool) -> None:
    """Learn from all listening so far; serve the new model version if it is better."""
    if delta is not None and epsilon is None:
        raise click.UsageError(f"--delta {delta:g} needs an --epsilon.")
    from infra.local.connecting import open_client  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.training_bar import watched  # noqa: PLC0415 - as above

    wish = {"epsilon": epsilon, "delta": delta}
    with open_client(home) as client:
        answer = watched(client, lambda: client.invoke("TrainCollaborativeFunction", {"source": "segue.cli", **wish}), shown=not as_json)
    if as_json:
        show_json(answer)
    elif answer["version"] is None:
        click.echo(f"Nothing trained: {answer['refusal']}")
    else:
        _tell(answer)


@click.group(invoke_without_command=True)
@home_option
@json_option
@click.option("--report", "version", metavar="VERSION", help="Write the report of VERSION as a page for the browser.")
@click.pass_context
def models(context: click.Context, home: Path, version: str | None, *, as_json: bool) -> None:
    """List the model versions; show how one was judged, promote one, or roll back."""
    context.obj = (home, as_json)
    if context.invoked_subcommand is not None:
        return
    if version is not None:
        _report(home, version, as_json=as_json)
        return
    answer = _sent(home, "GET", "/models")
    if as_json:
        show_json(answer)
    elif not answer["items"]:
        click.echo("No model version yet: `segue train` makes one.")
    else:
        show_table([_row(item) for item in answer["items"]])


@models.command()
@click.argument("version")
@click.pass_obj
def promote(chosen: tuple[Path, bool], version: str) -> None:
    """Serve model VERSION from now on."""
    from infra.local.client import at  # noqa: PLC0415 - as above

    _switch(chosen, at("models", version, "promote"))


@models.command()
@click.pass_obj
def rollback(chosen: tuple[Path, bool]) -> None:
    """Serve the model version that was served before."""
    _switch(chosen, "/models/rollback")


def _tell(answer: dict[str, Any]) -> None:
    metrics = answer["metrics"]
    window = " to ".join(str(answer[name])[:10] for name in ("window_from", "window_to") if answer[name])
    heard = f"{counted(answer['interactions'], 'interaction')} of {counted(answer['users'], 'listener')} with "
    click.echo(f"Learned from {heard}{counted(answer['tracks'], 'track')}, {window}.")
    if metrics:
        asked = counted(int(metrics["judged_users"]), "listener")
        click.echo(f"Judged by what {asked} went on to like in the last part of that, which it had not seen:")
        rivals = [(name, prefix) for name, prefix in _RIVALS if f"{prefix}ndcg@20" in metrics]
        head = ("", *(name for name, _ in rivals), "")
        rows = [(name, *(_figure(metrics, prefix + name) for _, prefix in rivals), meaning) for name, meaning in _MEANT]
        show_table([head, *rows], right=range(1, len(rivals) + 1))
        if answer["compared_with"]:
            click.echo(f"“serving” is {answer['compared_with']}.")
    if answer["privacy"]:
        click.echo(f"Private: {_promised(answer['privacy'])}; {_so_far(answer['privacy'])}.")
    state = "is served now" if answer["published"] else f"is not served: {answer['refusal']}"
    click.echo(f"Model version {answer['version']} {state}.")
    click.echo(f"Read more: segue models --report {answer['version']}")


def _promised(privacy: dict[str, float]) -> str:
    return f"epsilon {privacy['epsilon']:g}, delta {privacy['delta']:g}, noise multiplier {privacy['noise_multiplier']:.3g}"


def _so_far(privacy: dict[str, float]) -> str:
    return f"{counted(int(privacy['trainings']), 'private training')} so far, together epsilon {privacy['epsilon_of_all']:.3g}"


def _figure(metrics: dict[str, float], name: str) -> str:
    return f"{metrics[name]:.4f}" if name in metrics else "-"


def _report(home: Path, version: str, *, as_json: bool) -> None:
    from infra.local.client import at  # noqa: PLC0415 - as above

    answer = _sent(home, "GET", at("models", version, "report"), query={"form": "json"})
    page = home / "reports" / f"{answer['version']}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(answer["html"], encoding="utf-8")
    if as_json:
        show_json({"version": answer["version"], "page": str(page)})
    else:
        click.echo(f"Open {page} in a browser.")


def _switch(chosen: tuple[Path, bool], path: str) -> None:
    home, as_json = chosen
    answer = _sent(home, "POST", path)
    if as_json:
        show_json(answer)
    else:
        click.echo(f"Model version {answer['serving']} is served now." if answer["serving"] else "No model version is served now.")


def _sent(home: Path, method: str, path: str, *, query: dict[str, object] | None = None) -> Any:
    from infra.local.client import ask  # noqa: PLC0415 - as above
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above

    with open_client(home) as client:
        return ask(client, method, path, query=query)


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    kept = "published" + (", `segue models rollback` goes back to it" if item["former"] else "")
    state = "serving" if item["serving"] else kept if item["published"] else f"refused: {item['refusal']}"
    metrics = "  ".join(f"{name} {item['metrics'][name]:.3f}" for name in _TOLD if name in item["metrics"])
    private = f"private: {_promised(item['privacy'])}" if item["privacy"] else ""
    return item["version"], item["trained_at"][:16].replace("T", " "), metrics, state, private
