"""Measure the audio space: precision, invariance, near-duplicates, cost, tempo and key, beside plain MFCC statistics.

    python -m benchmarks.audio --clips FOLDER --music FOLDER

``--clips`` holds short clips and a ``tracks.csv`` (file, genre, artist); ``--music`` holds full tracks, of which those of one
folder make a soundtrack. The clips are projected by the shipped statistics, the music by statistics fitted on soundtracks
that the query is not of.
"""

import argparse
import csv
import io
import json
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from benchmarks.audio_answers import answer_figures
from embeddings.audio import NEAR_DUPLICATE_COSINE, NEAR_DUPLICATE_MS
from embeddings.audio.corpus import crops_of, low_rate_copy, mp3_copy, wav_copy
from embeddings.audio.decode import decode
from embeddings.audio.filterbanks import Filterbanks
from embeddings.audio.fit import AUDIO_SUFFIXES, fit
from embeddings.audio.frames import frames_of
from embeddings.audio.hearing import listen
from embeddings.audio.pooling import pool
from embeddings.audio.qualities import attributes_of
from embeddings.audio.statistics import SHIPPED, Statistics, read
from embeddings.audio.timbre import cepstra
from embeddings.errors import Unhearable

Array = NDArray[np.float32]
LEAST_SOUNDTRACK = 5
TIMED_TRACKS = 12
PERCENTILES = (1, 5, 50)


@dataclass(frozen=True)
class Piece:
    """Hold one file as heard: raw values, MFCC mean and deviation, and raw values of altered copies with what they are copies of."""

    path: Path
    duration_ms: int
    raw: Array
    mfcc: Array
    minute: Array | None
    copies: dict[str, Array]


def main() -> None:
    """Print every figure as a Markdown table, and all of them as JSON in the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path)
    parser.add_argument("--music", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cost-only", action="store_true", help="time hearing alone, by format")
    options = parser.parse_args()
    statistics, version = read(SHIPPED)
    if options.cost_only:
        _print(costs_by_format(options.music, statistics))
        return
    hear = partial(hear_piece, banks=statistics.filterbanks)
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as workers:
        clips = [piece for piece in workers.map(partial(hear, alter=False), sorted(options.clips.glob("*.flac"))) if piece]
        music = [piece for piece in workers.map(partial(hear, alter=True), soundtracks(options.music)) if piece]
    figures: dict[str, dict[str, str]] = {
        "extractor": {"version": version, "fitted on": statistics.note},
        "clips": clip_figures(clips, options.clips / "tracks.csv", statistics),
        "music": music_figures(music, statistics.filterbanks),
        "cost of 3 minutes, CPU s": cost_figures([piece.path for piece in music], statistics),
        "known answers": answer_figures(),
    }
    _print(figures)


def soundtracks(folder: Path) -> list[Path]:
    """Return the audio files under ``folder`` that have at least four others beside them."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES and "sounds" not in path.parts)
    return [path for path in files if sum(other.parent == path.parent for other in files) >= LEAST_SOUNDTRACK]


def hear_piece(path: Path, *, banks: Filterbanks, alter: bool) -> Piece | None:
    """Hear one file and, with ``alter``, poorer copies of its first minute and its crops of thirty seconds."""
    try:
        decoded, parts = listen(path, banks)
    except Unhearable:
        return None
    duration_ms = round(1000 * decoded.frames / decoded.sample_rate)
    series = np.concatenate([cepstra(part) for part in parts], axis=1)
    mfcc = np.concatenate([series.mean(axis=1), series.std(axis=1)])
    if not alter:
        return Piece(path, duration_ms, pool(parts), mfcc, None, {})
    with soundfile.SoundFile(path) as file:
        sound, rate = file.read(120 * file.samplerate, dtype="float32", always_2d=True), file.samplerate
    minute = sound[: 60 * rate]
    copies = {name: raw_of_file(file, banks) for name, file in altered(minute, rate).items()}
    crops = {f"30-s crop {index}": raw_of_file(wav_copy(crop, rate), banks) for index, crop in enumerate(crops_of(sound, rate))}
    return Piece(path, duration_ms, pool(parts), mfcc, raw_of_file(wav_copy(minute, rate), banks), copies | crops)


def altered(sound: Array, rate: int) -> dict[str, io.BytesIO]:
    """Return what happens to music on its way, each alone and then together."""
    quiet = np.float32(10 ** (-12 / 20)) * sound
    return {
        "mp3 64k": mp3_copy(sound, rate),
        "-12 dB": wav_copy(quiet, rate),
        "22 kHz": wav_copy(soxr.resample(sound, rate, 22_050), 22_050),
        "16 kHz": low_rate_copy(sound, rate),
        "all together": mp3_copy(soxr.resample(quiet[: 30 * rate], rate, 16_000), 16_000),
    }


def raw_of_file(file: io.BytesIO, banks: Filterbanks) -> Array:
    """Return the raw values of a file in memory."""
    return pool(listen(file, banks)[1])


def clip_figures(clips: list[Piece], tracks: Path, statistics: Statistics) -> dict[str, str]:
    """Return precision of genre among clips of other artists."""
    rows = {row["file"]: row for row in csv.DictReader(tracks.read_text("utf-8").splitlines())}
    genres = np.array([rows[piece.path.name]["genre"] for piece in clips])
    artists = np.array([rows[piece.path.name]["artist"] or piece.path.name for piece in clips])
    hidden = artists[:, None] == artists
    return {
        "P@1/P@5/mAP, shipped statistics": precision(statistics.project(_raws(clips)), genres, hidden),
        "P@1/P@5/mAP, MFCC mean and deviation": precision(_mfccs(clips), genres, hidden),
    }


def music_figures(music: list[Piece], banks: Filterbanks) -> dict[str, str]:
    """Return precision of soundtrack, retrieval of altered copies and cosines of duplicates, on soundtracks not fitted on."""
    names = np.array([str(piece.path.parent) for piece in music])
    halves = split_evenly(names)
    ranks: list[Array] = []
    hits: dict[str, list[bool]] = {}
    lengths = np.array([piece.duration_ms for piece in music])
    alike = np.abs(lengths[:, None] - lengths) <= NEAR_DUPLICATE_MS
    np.fill_diagonal(alike, val=False)
    same, other, mistaken = [], [], []
    for queried in (halves, ~halves):
        statistics = fit(_raws(music)[~queried], _differences(music, ~queried), filterbanks=banks, note="")
        points = statistics.project(_raws(music))
        ranks.append(_rank_figures(points, names, np.eye(len(names), dtype=bool))[queried])
        cosines = points[queried] @ points.T
        other.extend(np.sort(cosines, axis=1)[:, -2])
        mistaken.extend(((cosines >= NEAR_DUPLICATE_COSINE) & alike[queried]).any(axis=1))
        for index in np.flatnonzero(queried):
            for name, raw in music[index].copies.items():
                hit, cosine = _retrieve(name, raw, index, music, points, statistics)
                hits.setdefault(name.rstrip(" 0123"), []).append(hit)
                if "crop" not in name and "all" not in name:
                    same.append(cosine)
    plain = _rank_figures(_mfccs(music), names, np.eye(len(names), dtype=bool))
    caught, wrong = np.mean(np.array(same) >= NEAR_DUPLICATE_COSINE), np.mean(np.array(other) >= NEAR_DUPLICATE_COSINE)
    return {
        "tracks": str(len(music)),
        "P@1/P@5/mAP, statistics of other soundtracks": _mean(np.concatenate(ranks)),
        "P@1/P@5/mAP, MFCC mean and deviation": _mean(plain),
        **{f"hit@1, {name}": f"{np.mean(found):.3f} of {len(found)}" for name, found in hits.items()},
        f"cosine of a copy to its track, percentiles {PERCENTILES}": str(np.round(np.percentile(same, PERCENTILES), 3)),
        "cosine of a track to its nearest other, percentiles (50, 95, 99)": str(np.round(np.percentile(other, (50, 95, 99)), 3)),
        f"copies found at {NEAR_DUPLICATE_COSINE}": f"{caught:.3f}",
        f"tracks with a stranger at {NEAR_DUPLICATE_COSINE}": f"{wrong:.3f}",
        f"the same, {NEAR_DUPLICATE_MS} ms apart at most": f"{np.mean(mistaken):.3f}",
    }


def split_evenly(names: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Return which tracks are in the first of two halves that share no soundtrack and are of like size."""
    sizes = {name: np.count_nonzero(names == name) for name in set(names)}
    halves: tuple[list[str], list[str]] = ([], [])
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        min(halves, key=lambda half: sum(sizes[each] for each in half)).append(name)
    return np.isin(names, halves[0])


def _retrieve(name: str, raw: Array, index: int, music: list[Piece], points: Array, statistics: Statistics) -> tuple[bool, float]:
    # A copy of the first minute is looked for among all tracks, with the first minute in its track's place.
    minute = music[index].minute
    own = points[index] if minute is None or "crop" in name else statistics.project(minute[None])[0]
    query = statistics.project(raw[None])[0]
    strangers = np.delete(points @ query, index)
    return bool(query @ own > strangers.max()), float(query @ own)


def costs_by_format(folder: Path, statistics: Statistics) -> dict[str, dict[str, str]]:
    """Return the cost of each format that the folder holds long tracks of."""
    endings = (".flac", ".mp3", ".ogg", ".opus")
    found = {ending: sorted(path for path in folder.rglob(f"*{ending}") if soundfile.info(path).duration > 150) for ending in endings}
    return {f"cost of 3 minutes of {ending}, CPU s": cost_figures(paths, statistics) for ending, paths in found.items() if paths}


def cost_figures(paths: list[Path], statistics: Statistics) -> dict[str, str]:
    """Return CPU seconds by stage over full tracks, scaled to three minutes heard of each, and the ratio to decoding."""
    long = [path for path in paths if soundfile.info(path).duration > 150]
    stages = {"decode": 0.0, "frames": 0.0, "pool": 0.0, "attributes": 0.0, "project": 0.0}
    plain = 0.0
    chosen = long[:: max(1, len(long) // TIMED_TRACKS)][:TIMED_TRACKS]
    for number, path in enumerate([chosen[0], *chosen]):
        marks = [time.process_time()]
        decoded = decode(path)
        marks.append(time.process_time())
        parts = [frames_of(part, statistics.filterbanks) for part in decoded.excerpts]
        marks.append(time.process_time())
        raw = pool(parts)
        marks.append(time.process_time())
        attributes_of(decoded, parts)
        marks.append(time.process_time())
        statistics.project(raw[None])
        marks.append(time.process_time())
        if number == 0:
            continue  # the first hearing of a process loads what the others use
        for stage, cost in zip(stages, np.diff(marks), strict=True):
            stages[stage] += cost / len(chosen)
        with soundfile.SoundFile(path) as file:
            before = time.process_time()
            file.read(min(file.frames, 180 * file.samplerate), dtype="float32")
            plain += (time.process_time() - before) / len(chosen)
    total = sum(stages.values())
    rows = {name: f"{cost:.3f}" for name, cost in stages.items()}
    return rows | {"total": f"{total:.3f}", "decoding 3 minutes, nothing else": f"{plain:.3f}", "ratio": f"{total / plain:.2f}"}


def precision(points: Array, labels: NDArray[np.str_], hidden: NDArray[np.bool_]) -> str:
    """Return mean P@1/P@5/mAP of label over queries with at least one answer that is not hidden."""
    return _mean(_rank_figures(points, labels, hidden))


def _rank_figures(points: Array, labels: NDArray[np.str_], hidden: NDArray[np.bool_]) -> Array:
    rows = []
    for index, scores in enumerate(points @ points.T):
        seen = np.flatnonzero(~hidden[index])
        relevant = labels[seen[np.argsort(-scores[seen], kind="stable")]] == labels[index]
        if not relevant.any():
            rows.append((np.nan,) * 3)
            continue
        depth = np.arange(1, len(relevant) + 1)
        rows.append((relevant[0], relevant[:5].mean(), (np.cumsum(relevant) / depth)[relevant].mean()))
    return np.array(rows, dtype=np.float32)


def _mean(rows: Array) -> str:
    figures = "/".join(f"{value:.3f}" for value in np.nanmean(rows, axis=0))
    return f"{figures} over {np.count_nonzero(~np.isnan(rows[:, 0]))} queries"


def _raws(pieces: list[Piece]) -> Array:
    return np.stack([piece.raw for piece in pieces])


def _mfccs(pieces: list[Piece]) -> Array:
    values = np.stack([piece.mfcc for piece in pieces])
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    return np.asarray(standard / np.linalg.norm(standard, axis=1, keepdims=True), dtype=np.float32)


def _differences(pieces: list[Piece], chosen: NDArray[np.bool_]) -> Array:
    rows = []
    for index in np.flatnonzero(chosen):
        piece = pieces[index]
        rows += [raw - piece.minute for name, raw in piece.copies.items() if name in {"mp3 64k", "16 kHz"}]
        rows += [raw - piece.raw for name, raw in piece.copies.items() if "crop" in name]
    return np.stack(rows)


def _print(figures: dict[str, dict[str, str]]) -> None:
    for section, rows in figures.items():
        print(f"\n### {section}\n\n| what | figure |\n|---|---|")
        print("\n".join(f"| {name} | {value} |" for name, value in rows.items()))
    print("\n" + json.dumps(figures))


if __name__ == "__main__":
    main()
