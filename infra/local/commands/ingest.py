"""``segue ingest``: hear audio files and folders, and read catalogues without audio."""

import os
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from infra.local.options import home_option, json_option
from infra.local.printing import counted, show_json
from infra.local.progress import progress

if TYPE_CHECKING:  # the command line starts without the engine
    from infra.local.client import Client
    from infra.local.describing import RowResult
    from infra.local.ingesting import FileResult
    from infra.local.walk import Found

_SHOWN: Final = 5


@dataclass
class Summary:
    """What became of all that was named."""

    missing: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    files: "list[FileResult]" = field(default_factory=list)
    rows: "list[tuple[Path, RowResult]]" = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def succeeded(self) -> int:
        """How many files and rows are in the library now."""
        from infra.local.ingesting import Outcome  # noqa: PLC0415 - as above

        good = {Outcome.HEARD, Outcome.KNOWN, Outcome.SAME_AUDIO}
        return sum(result.outcome in good for result in self.files) + sum(row.track_id is not None for _, row in self.rows)

    def count(self, outcome: str) -> int:
        """Return how many files came to this end."""
        return sum(result.outcome == outcome for result in self.files)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@home_option
@json_option
def ingest(paths: tuple[Path, ...], home: Path, *, as_json: bool) -> None:
    """Hear audio files and folders; read CSV or JSONL."""
    from infra.local.connecting import open_client  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.walk import find  # noqa: PLC0415 - as above

    with open_client(home) as client:
        summary = ingest_all(client, find(paths), shown=not as_json)
    if as_json:
        show_json(document_of(summary))
    else:
        tell(summary)
    if not summary.succeeded:
        raise SystemExit(1)


def ingest_all(client: "Client", found: "Found", *, shown: bool) -> Summary:
    """Ingest what was found, under a progress bar where ``shown``."""
    from infra.local.catalogue_rows import rows_of  # noqa: PLC0415 - as above
    from infra.local.describing import ingest_rows  # noqa: PLC0415 - as above
    from infra.local.ingesting import ingest_files  # noqa: PLC0415 - as above
    from recommender.errors import InvalidInput  # noqa: PLC0415 - as above

    began = time.monotonic()
    summary = Summary(missing=[str(path) for path in found.missing], outside=[str(path) for path in found.outside])
    workers = os.cpu_count() or 1
    if found.audio:
        with progress("hearing", len(found.audio), shown=shown) as step:
            for result in ingest_files(client, found.audio, in_flight=2 * workers + 2, senders=min(8, workers + 1)):
                summary.files.append(result)
                step()
    for path in found.catalogues:
        try:
            # Counting the rows first takes a hundredth of the time that reading them does, and tells how long it will be.
            with progress(f"reading {path.name}", sum(1 for _ in rows_of(path)), shown=shown) as step:
                for row in ingest_rows(client, rows_of(path)):
                    summary.rows.append((path, row))
                    step()
        except InvalidInput as error:
            summary.broken.append((str(path), error.message))
    summary.seconds = time.monotonic() - began
    return summary


def document_of(summary: Summary) -> dict[str, Any]:
    """Return the summary for programs."""
    return {
        "heard": summary.count("heard"),
        "known": summary.count("known"),
        "same_audio": summary.count("same_audio"),
        "rejected": summary.count("rejected"),
        "failed": summary.count("failed"),
        "read": sum(row.track_id is not None for _, row in summary.rows),
        "seconds": round(summary.seconds, 3),
        "files": [
            {
                "file": str(result.file.path),
                "outcome": result.outcome.value,
                "track_id": result.track_id,
                **({"reason": {"code": result.code, "message": result.message}} if result.code else {}),
            }
            for result in summary.files
        ],
        "bad_rows": [{"file": str(path), "line": row.line, "message": row.error} for path, row in summary.rows if row.error],
        "bad_paths": [{"file": path, "message": "no such file or folder"} for path in summary.missing]
        + [{"file": path, "message": message} for path, message in summary.broken],
        "outside": summary.outside,
    }


def tell(summary: Summary) -> None:
    """Print the summary for people."""
    heard, read = summary.count("heard"), sum(row.track_id is not None for _, row in summary.rows)
    parts = [
        f"{counted(heard, 'track')} heard" if summary.files or not summary.rows else "",
        f"{summary.count('known'):,} known already" if summary.count("known") else "",
        f"{summary.count('same_audio'):,} with the audio of another" if summary.count("same_audio") else "",
        f"{counted(read, 'track')} read from catalogues" if summary.rows else "",
    ]
    pace = f", {heard / summary.seconds * 60:.0f} a minute" if heard >= 5 else ""
    click.echo(f"{', '.join(part for part in parts if part)} in {summary.seconds:.1f} s{pace}.")
    refused: dict[str, list[str]] = defaultdict(list)
    for result in summary.files:
        if result.outcome in {"rejected", "failed"}:
            refused[f"{result.outcome}, {result.code}: {result.message}" if result.outcome == "failed" else result.code].append(
                f"{result.file.path}: {result.message}"
            )
    for code, lines in sorted(refused.items()):
        _tell_some(f"Not heard ({code})", lines)
    bad_rows = sorted(((path, row.line, row.error) for path, row in summary.rows if row.error), key=lambda bad: bad[:2])
    _tell_some("Bad rows", [f"{path}:{line}: {error}" for path, line, error in bad_rows])
    _tell_some("Not read", [f"{path}: {message}" for path, message in summary.broken])
    _tell_some("No such file or folder", summary.missing)
    _tell_some("Links that lead out of the folder, left alone", summary.outside)


def _tell_some(title: str, lines: Sequence[str]) -> None:
    if lines:
        click.echo(f"{title}, {len(lines):,}:")
        for line in lines[:_SHOWN]:
            click.echo(f"  {line}")
        if len(lines) > _SHOWN:
            click.echo(f"  and {len(lines) - _SHOWN:,} more (--json tells all)")
