"""``segue fit-audio``: fit the audio space on the served catalogue, or a statistics file on a folder of music."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from infra.local.options import home_option, json_option
from infra.local.printing import show_json
from infra.local.progress import progress


@click.command(name="fit-audio")
@click.option("--music", "music", multiple=True, type=click.Path(path_type=Path, exists=True), help="Fit on this folder; may be repeated.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="With --music: the statistics file to write.")
@click.option("--note", default=None, help="With --music: what the music is and where it is from [default: the folders' names].")
@click.option("--configured", is_flag=True, help="Fit nothing: serve the statistics of AUDIO_STATISTICS, or else the shipped ones.")
@home_option
@json_option
def fit_audio(music: tuple[Path, ...], out: Path | None, note: str | None, home: Path, *, configured: bool, as_json: bool) -> None:
    """Fit the audio space, without labels, on the served catalogue and serve it; or on a folder, into a file.

    The catalogue is fitted on what was heard of it: nothing is decoded again, and answers go on meanwhile.
    """
    if bool(music) != (out is not None) or (music and configured) or (note is not None and not music):
        raise click.UsageError("--music and --out go together, --note belongs to them, and --configured stands alone")
    answer = _fit_folder(music, out, note, shown=not as_json) if out is not None else _refit(home, configured=configured)
    if as_json:
        show_json(answer)
    elif out is not None:
        click.echo(f"Audio version {answer['version']}, fitted on {answer['tracks']} tracks, is in {out}.")
    elif answer["version"] is None:
        click.echo(f"Nothing changed: {answer['refusal']}")
    else:
        click.echo(f"Audio version {answer['version']} is served now.")


def _refit(home: Path, *, configured: bool) -> dict[str, Any]:
    from infra.local.connecting import open_client  # noqa: PLC0415 - the command line starts without the engine

    with open_client(home) as client:
        answer: dict[str, Any] = client.invoke("FitAudioFunction", {"source": "segue.cli", "configured": configured})
    return answer


def _fit_folder(music: tuple[Path, ...], out: Path, note: str | None, *, shown: bool) -> dict[str, Any]:
    from embeddings.audio.fit import audio_files, fit_folder  # noqa: PLC0415 - the command line starts without the engine
    from embeddings.audio.statistics import version_of  # noqa: PLC0415 - as above

    told = {"music": note or ", ".join(path.name for path in music), "date": datetime.now(UTC).date().isoformat()}
    with progress("hearing music, whole and in altered copies", len(audio_files(music)), shown=shown) as step:
        statistics = fit_folder(music, out, told, heard=step)
    return {"version": version_of(out.read_bytes()), "file": str(out), **json.loads(statistics.note)}
