"""The command line: ``segue``, or ``python -m infra.local``."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from embeddings.errors import EmbeddingError
from infra.local.commands.ask import recommend, search, similar
from infra.local.commands.audit import audit
from infra.local.commands.demo import demo
from infra.local.commands.erasures import erase_again, erasures, verify_receipt
from infra.local.commands.evaluate import evaluate
from infra.local.commands.fit_audio import fit_audio
from infra.local.commands.hear import hear
from infra.local.commands.ingest import ingest
from infra.local.commands.keys import keys
from infra.local.commands.models import models, train
from infra.local.commands.play import play
from infra.local.commands.playing import continue_, path, radio
from infra.local.commands.serve import serve
from infra.local.commands.state import doctor, status
from infra.local.commands.taste import taste
from infra.local.commands.users import erase_user, export_user
from recommender.errors import SegueError


class _Segue(click.Group):
    """Commands in the order in which a newcomer needs them, with the engine's errors told in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SegueError, EmbeddingError) as error:
            raise click.ClickException(str(error)) from error


def _version() -> str:
    try:
        return version("segue")
    except PackageNotFoundError:  # a checkout that was never installed
        return "from a checkout"


@click.group(cls=_Segue, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="segue")
def segue() -> None:
    """Segue, an open music recommendation engine: hear music once, learn from listening, answer what to hear next."""


for _command in (
    serve, ingest, recommend, radio, path, continue_, similar, search, play, taste, hear,
    train, fit_audio, evaluate, models, export_user, erase_user, verify_receipt, erasures, erase_again, demo, status, doctor, keys, audit
):  # fmt: skip
    segue.add_command(_command)


def main() -> None:
    """Run the command line."""
    segue()


if __name__ == "__main__":
    main()
