"""Measure search on a real catalogue: known items, latency of the whole request, and ingest beside the language model alone.

python -m benchmarks.search FOLDER [--tracks 100000] [--items 300] [--seeds 3] [--home FOLDER]

FOLDER holds track.csv, artist.csv and album.csv. The catalogue goes in by the walk that ``segue ingest`` takes, once for a home; tracks
beyond it are made up of its own names and vectors. Everything runs on one core.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.known_items import QUERIES, Item, items_of, write_rows
from infra.local.first_key import credential_in, ensure

_PART = 2_000
_AT_ONCE = 64


def main() -> None:
    """Ingest, then print what is found and how fast, with the catalogue alone and among made-up tracks."""
    options = _options()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ |= {"SEGUE_HOME": str(options.home), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "HEARING_WORKERS": "0"}
    items = items_of(options.folder)
    if not (options.home / "ingested").exists():
        _ingest(items, options.home)
    _measure(items, options)
    if options.tracks > len(items):
        _add(items, options.tracks)
        _measure(items, options)


def _ingest(items: list[Item], home: Path) -> None:
    """Time the whole walk beside the model alone on some of the same sentences, both on one core."""
    from infra.local.catalogue_rows import rows_of  # noqa: PLC0415 - reads the environment that was just set
    from infra.local.describing import ingest_rows  # noqa: PLC0415 - as above
    from infra.local.in_process import InProcessClient  # noqa: PLC0415 - as above

    home.mkdir(parents=True, exist_ok=True)
    alone = _model_alone(items)
    with tempfile.TemporaryDirectory() as folder, InProcessClient(home) as client:
        path = Path(folder) / "catalogue.jsonl"
        write_rows(items, path)
        cpu, wall = time.process_time(), time.perf_counter()
        read = sum(row.track_id is not None for row in ingest_rows(client, rows_of(path)))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    alone = (alone + _model_alone(items)) / 2
    print(f"ingest          {read:,} rows in {wall:.0f} s: {read / wall:.0f} a second, {read / cpu:.0f} a processor second")
    print(f"model alone     {1 / alone:.0f} sentences a processor second in batches of 32")
    print(f"ratio           {cpu / read / alone:.2f} (processor time a row over processor time a sentence)")
    (home / "ingested").touch()


def _model_alone(items: list[Item]) -> float:
    """Return the processor seconds of a sentence, in calls of 32, over a sample of the catalogue."""
    from embeddings.text import OnnxTextEncoder, track_sentence  # noqa: PLC0415 - loads onnxruntime

    encoder = OnnxTextEncoder(batch_size=32)
    sentences = [_sentence(item.row, track_sentence) for item in random.Random(1).sample(items, 1_600)]  # noqa: S311  # no secret
    encoder.encode(sentences[:32])
    began = time.process_time()
    for at in range(0, len(sentences), 32):
        encoder.encode(sentences[at : at + 32])
    return (time.process_time() - began) / len(sentences)


def _sentence(row: Any, track_sentence: Any) -> str:
    year = int(str(row["year"])[:4]) if "year" in row else None
    told = {"artists": row.get("artists", ()), "album": row.get("album"), "genres": row.get("genres", ()), "year": year}
    return str(track_sentence(title=row["title"], **told))


def _add(items: list[Item], tracks: int) -> None:
    """Fill the library up: titles with one word exchanged for another of the catalogue, vectors near those of the titles' tracks."""
    from infra.wiring import app, reset  # noqa: PLC0415 - reads the environment that was set

    stores, rng = app().stores, np.random.default_rng(5)
    standing = sum(stores.catalog.counts().values())
    words = sorted({word for item in items for word in item.title.split()})
    for first in range(standing, tracks, _PART):
        chosen = [items[int(number)] for number in rng.integers(len(items), size=min(_PART, tracks - first))]
        _place(stores, chosen, words, first, rng)
        print(f"\r{first + len(chosen):,} tracks", end="", flush=True)
    print()
    stores.index.flush()
    stores.index.maintain()
    reset()


def _place(stores: Any, chosen: Sequence[Item], words: Sequence[str], first: int, rng: np.random.Generator) -> None:
    from recommender.payload import names_of, payload_of  # noqa: PLC0415 - as above
    from recommender.ports.index import Point  # noqa: PLC0415 - as above

    originals = stores.catalog.get_many([item.track_id for item in chosen])
    vectors = stores.index.fetch([item.track_id for item in chosen], slots=("text",))
    made, points = [], []
    for at, item in enumerate(chosen):
        track = _made_up(originals[item.track_id], f"made-up-{first + at}", words, rng)
        vector = vectors[item.track_id].vectors["text"] + rng.normal(0, 0.02, 384).astype(np.float32)
        made.append(track)
        points.append(Point(track.track_id, {"text": vector}, payload_of(track), names_of(track)))
    stores.index.upsert(points)
    stores.catalog.put_many(made)


def _made_up(track: Any, track_id: str, words: Sequence[str], rng: np.random.Generator) -> Any:
    title = track.metadata.title.split()
    title[int(rng.integers(len(title)))] = words[int(rng.integers(len(words)))]
    # One word more, so that no made-up track is called like a real one.
    title.append(words[int(rng.integers(len(words)))])
    return replace(track, track_id=track_id, metadata=replace(track.metadata, title=" ".join(title)), revision=0)


def _measure(items: list[Item], options: argparse.Namespace) -> None:
    from functions import search_tracks  # noqa: PLC0415 - reads the environment that was set
    from infra.wiring import app, reset  # noqa: PLC0415 - as above

    ensure(app().settings.home, app())
    warm = getattr(app().stores.index, "warm", None)
    if warm is not None:
        warm()
    print(f"{sum(app().stores.catalog.counts().values()):,} tracks, {options.items} items, {options.seeds} seeds")
    taken: list[tuple[float, float]] = []
    for item in items[:20]:
        _asked(search_tracks.handler, item.title)
    for kind, query in QUERIES.items():
        ranks = []
        for seed in range(options.seeds):
            rng = random.Random(100 + seed)  # noqa: S311  # no secret
            for item in rng.sample(items, options.items):
                found, *milliseconds = _asked(search_tracks.handler, query(item, rng)[:500])
                ranks.append(found.index(item.track_id) + 1 if item.track_id in found else 0)
                taken.append((milliseconds[0], milliseconds[1]))
        hit, reciprocal = np.mean([rank == 1 for rank in ranks]), np.mean([1 / rank if rank else 0.0 for rank in ranks])
        print(f"  {kind:34} hit@1 {hit:.4f}  MRR {reciprocal:.4f}", flush=True)
    print(f"  handler, event to response, {len(taken):,} requests of 20 tracks, milliseconds")
    for name, spent in zip(("by the clock", "of the processor"), np.array(taken).T, strict=True):
        p50, p90, p99 = np.percentile(spent, [50, 90, 99])
        print(f"  {name:18} p50 {p50:5.1f}  p90 {p90:5.1f}  p99 {p99:5.1f}")
    _split(items)
    reset()


def _split(items: list[Item]) -> None:
    """Print where the time goes, each part by itself."""
    from infra.wiring import app  # noqa: PLC0415 - reads the environment that was set
    from recommender.names.features import features_asked  # noqa: PLC0415 - as above
    from recommender.names.words import words_of  # noqa: PLC0415 - as above
    from recommender.ports.index import Named, Nearest  # noqa: PLC0415 - as above

    index, reader = app().stores.index, app().reader
    parts: dict[str, list[float]] = {"encoding": [], "names pass": [], "text pass": []}
    for item in items[:_AT_ONCE]:
        times = [time.perf_counter()]
        vector = reader.encode([item.title])[0]
        times.append(time.perf_counter())
        index.nearest([Named(features_asked(words_of(item.title)) or {0: 1.0}, 100)])
        times.append(time.perf_counter())
        index.nearest([Nearest("text", vector, 60)])
        times.append(time.perf_counter())
        for part, began, ended in zip(parts, times[:-1], times[1:], strict=True):
            parts[part].append(1e3 * (ended - began))
    print("  of it (medians): " + ", ".join(f"{part} {np.median(spent):.1f} ms" for part, spent in parts.items()))


def _asked(handler: Any, query: str) -> tuple[list[str], float, float]:
    """Return the tracks of a page, and the milliseconds it took, by the clock and of the processor."""
    event = {
        "version": "2.0",
        "rawPath": "/search",
        "headers": {"authorization": f"Bearer {credential_in(Path(os.environ['SEGUE_HOME']))}"},
        "queryStringParameters": {"q": query, "limit": "20"},
        "requestContext": {"http": {"method": "GET", "path": "/search"}, "stage": "$default", "requestId": "bench"},
        "isBase64Encoded": False,
    }
    began, cpu = time.perf_counter(), time.process_time()
    answer = handler(event, None)
    milliseconds = 1e3 * (time.perf_counter() - began), 1e3 * (time.process_time() - cpu)
    if int(answer["statusCode"]) != 200:
        raise SystemExit(f"{query!r}: {answer['body'][:200]}")
    return [entry["track"]["track_id"] for entry in json.loads(answer["body"])["items"]], *milliseconds


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tracks", type=int, default=0)
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "segue-bench-search")
    return parser.parse_args()


if __name__ == "__main__":
    main()
