"""Measure how many tracks a minute one core hears, through the ingest function, and where the time goes.

python -m benchmarks.ingest FOLDER [--limit 40]
"""

import argparse
import json
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, unquote, urlsplit

import numpy as np

ENDINGS = {".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff"}


class Timed:
    """A port whose methods' times are added up."""

    def __init__(self, port: object, name: str, seconds: defaultdict[str, float]) -> None:
        self._port, self._name, self._seconds = port, name, seconds

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._port, method)
        if not callable(found):
            return found

        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return found(*given, **named)
            finally:
                self._seconds[f"{self._name}.{method}"] += time.perf_counter() - began

        return timed


def main() -> None:
    """Ingest a folder in this one process and print the split."""
    options = _options()
    files = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in ENDINGS)[: options.limit]
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"SEGUE_HOME": home, "HEARING_WORKERS": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        from infra.wiring import app  # noqa: PLC0415 - reads the environment that was just set

        seconds: defaultdict[str, float] = defaultdict(float)
        ingest = app().ingest
        for name in ("hearer", "tags", "reader", "index", "catalog", "objects"):
            object.__setattr__(ingest, name, Timed(getattr(ingest, name), name, seconds))
        _ingest(files[:2])
        seconds.clear()
        cpu, began = time.process_time(), time.perf_counter()
        _ingest(files[2:])
        _print(len(files) - 2, time.perf_counter() - began, time.process_time() - cpu, seconds)
        durations = [track.metadata.duration_ms or 0 for track in app().stores.catalog.scroll(after=None, limit=10_000)]
        print(f"median length of a track {np.median(durations) / 1000:.0f} s")
        app().close()


def _ingest(files: list[Path]) -> None:
    from functions import ingest_track  # noqa: PLC0415 - reads the environment that was just set
    from infra.wiring import app  # noqa: PLC0415 - reads the environment that was just set

    put_file: Callable[[str, Path], None] = app().stores.objects.put_file  # type: ignore[attr-defined]  # the folder's own extra
    for at, file in enumerate(files):
        begun = app().uploads.begin(file.name, track_id=f"{file.stem}-{at}"[:100], file_hash=None, said=None, now=datetime.now(UTC))
        if begun.target is None:
            raise SystemExit(f"{file} is known already")
        key = unquote(urlsplit(begun.target.url).path).removeprefix("/objects/")
        put_file(key, file)
        record = {
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "b"}, "object": {"key": quote_plus(key, safe="/"), "size": 1}},
        }
        message = {
            "messageId": str(at),
            "body": json.dumps({"Records": [record]}),
            "receiptHandle": "r",
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        answer = ingest_track.handler({"Records": [message | {"eventSource": "aws:sqs"}]}, None)  # type: ignore[arg-type]  # reads no context
        if answer["batchItemFailures"]:
            raise SystemExit(f"{file} failed")


def _print(tracks: int, wall: float, cpu: float, seconds: dict[str, float]) -> None:
    print(f"{tracks} tracks in {wall:.1f} s on one core ({cpu:.1f} s of processor): {60 * tracks / wall:.0f} tracks a minute a core")
    for name, spent in sorted(seconds.items(), key=lambda pair: -pair[1]):
        print(f"  {name:24} {1000 * spent / tracks:8.1f} ms a track  {spent / wall:6.1%}")
    print(f"  {'everything else':24} {1000 * (wall - sum(seconds.values())) / tracks:8.1f} ms a track")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=40)
    return parser.parse_args()


if __name__ == "__main__":
    main()
