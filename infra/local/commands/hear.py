"""``segue hear``: what is heard in audio files, stored nowhere."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from infra.local.options import json_option
from infra.local.printing import clock


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def hear(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Show what is heard in audio files; store nothing."""
    heard_any = False
    for document in hear_all(files):
        heard_any = heard_any or "error" not in document
        click.echo(json.dumps(document, ensure_ascii=False) if as_json else _line(document))
    if not heard_any:
        raise SystemExit(1)


def hear_all(files: tuple[Path, ...]) -> Iterator[dict[str, Any]]:
    """Yield one document a file, in the order given, hearing on all cores."""
    from infra.hearing import HearingPool  # noqa: PLC0415 - the command line starts without the engine
    from infra.settings import Settings  # noqa: PLC0415 - as above

    settings = Settings.from_env()
    workers = min(settings.hearing_workers or os.cpu_count() or 1, len(files))
    pool = HearingPool(workers, timeout_s=settings.hearing_timeout_s, statistics=settings.audio_statistics)
    try:
        with ThreadPoolExecutor(workers) as threads:
            yield from threads.map(lambda path: _heard(pool, path), files)
    finally:
        pool.close()


def _heard(pool: Any, path: Path) -> dict[str, Any]:
    from embeddings.errors import Unhearable  # noqa: PLC0415 - as above
    from recommender.errors import Unavailable  # noqa: PLC0415 - as above

    if not path.is_file():
        return {"file": str(path), "error": {"code": "no_file", "message": "no such file"}}
    try:
        heard = pool.hear(path.absolute())
    except Unhearable as error:
        return {"file": str(path), "error": {"code": error.code, "message": error.reason}}
    except Unavailable as error:
        return {"file": str(path), "error": {"code": error.code, "message": error.message}}
    return {
        "file": str(path),
        "version": heard.version,
        "duration_ms": heard.duration_ms,
        "content_hash": heard.content_hash,
        "attributes": {name: round(float(value), 4) for name, value in heard.attributes.items()},
        "vector": [round(float(value), 6) for value in heard.vector],
    }


def _line(document: dict[str, Any]) -> str:
    if "error" in document:
        return f"{document['file']}\n  not heard ({document['error']['code']}): {document['error']['message']}"
    told = "  ".join(f"{name} {value:.3g}" for name, value in document["attributes"].items())
    return f"{document['file']}\n  {clock(document['duration_ms'])}  {told}\n  version {document['version']}"
