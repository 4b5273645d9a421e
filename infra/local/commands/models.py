"""``segue train`` and ``segue models``: learn from the listening, and choose which model version serves."""

from pathlib import Path
from typing import Any, Final

import click

from infra.local.options import home_option, json_option
from infra.local.printing import show_json, show_table

_TOLD: Final = ("ndcg@20", "recall@20", "coverage@20")


@click.command()
@home_option
@json_option
def train(home: Path, *, as_json: bool) -> None:
    """Train a model version; serve it if it is better."""
    from infra.local.connecting import open_client  # noqa: PLC0415 - the command line starts without the engine

    with open_client(home) as client:
        answer = client.invoke("TrainCollaborativeFunction", {"source": "segue.cli"})
    if as_json:
        show_json(answer)
        return
    if answer["version"] is None:
        click.echo(f"Nothing trained: {answer['refusal']}")
        return
    state = "is served now" if answer["published"] else f"is not served: {answer['refusal']}"
    click.echo(f"Model version {answer['version']} {state}.")
    show_table([(name, f"{value:.4g}") for name, value in sorted(answer["metrics"].items())], right=(1,))


@click.group(invoke_without_command=True)
@home_option
@json_option
@click.pass_context
def models(context: click.Context, home: Path, *, as_json: bool) -> None:
    """List the model versions; promote one, or roll back."""
    context.obj = (home, as_json)
    if context.invoked_subcommand is not None:
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


def _switch(chosen: tuple[Path, bool], path: str) -> None:
    home, as_json = chosen
    answer = _sent(home, "POST", path)
    if as_json:
        show_json(answer)
    else:
        click.echo(f"Model version {answer['serving']} is served now." if answer["serving"] else "No model version is served now.")


def _sent(home: Path, method: str, path: str) -> Any:
    from infra.local.client import ask  # noqa: PLC0415 - as above
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above

    with open_client(home) as client:
        return ask(client, method, path)


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    state = "serving" if item["serving"] else "published" if item["published"] else f"refused: {item['refusal']}"
    metrics = "  ".join(f"{name} {item['metrics'][name]:.3f}" for name in _TOLD if name in item["metrics"])
    return item["version"], item["trained_at"], state, metrics
