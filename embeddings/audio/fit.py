"""Fit the statistics of an extractor, without labels, on tracks and on altered copies of them."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.families import FAMILIES, Family
from embeddings.audio.filterbanks import Filterbanks, build_filterbanks
from embeddings.audio.heard import RAW_DIM
from embeddings.audio.statistics import COMPONENTS, Statistics, standardised, to_bytes
from embeddings.errors import EmbeddingError
from embeddings.spaces import AUDIO_DIM

if TYPE_CHECKING:
    from embeddings.audio.corpus import Example

AUDIO_SUFFIXES: Final = frozenset({".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff"})
SMALLEST_CATALOGUE: Final = 50
# Whole whitening of the components would amplify noise: a quarter of the mean average precision was lost to it.
SPREAD_EXPONENT: Final = 0.5
NUISANCE_SHARE: Final = 0.5
WITHIN_RANK: Final = 96
_LEAST_DEVIATION: Final = 1e-6

Array = NDArray[np.float32]


def fit(raw: Array, within: Array, *, filterbanks: Filterbanks, note: str) -> Statistics:
    """Fit statistics on tracks ``raw`` (n, 1472) and on differences ``within`` (m, 1472) of a track's copies from the track.

    Per family: deviations from the mean, principal components divided by the square root of their standard deviation, unit
    mean-square norm times the family's weight. Then nuisance whitening: the within-track covariance, half of it replaced by
    its mean variance, to the power -1/2 (within-class covariance normalisation; Hatch, Kajarekar and Stolcke, Interspeech 2006).

    Raises
    ------
    EmbeddingError
        If there are fewer than 50 tracks, too few for sixteen components a family.
    """
    if len(raw) < SMALLEST_CATALOGUE:
        raise EmbeddingError(f"{len(raw)} tracks are too few to fit on; at least {SMALLEST_CATALOGUE} are needed")
    values = raw.astype(np.float64)
    mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), _LEAST_DEVIATION)
    standard = standardised(values, mean, deviation)
    bases = np.concatenate([_basis(standard[:, family.place], family) for family in FAMILIES])
    differences = within.astype(np.float64) / deviation
    return Statistics(
        mean=mean.astype(np.float32),
        deviation=deviation.astype(np.float32),
        bases=bases.astype(np.float32),
        whitening=_whitening(_components(differences, bases)).astype(np.float32),
        within=_root(differences).astype(np.float32),
        filterbanks=filterbanks,
        note=note,
    )


def refit(raw: Array, statistics: Statistics, *, note: str) -> Statistics:
    """Fit new statistics on a catalogue's raw values, keeping what ``statistics`` know of differences within a track.

    Raises
    ------
    EmbeddingError
        As in ``fit``.
    """
    within = statistics.within * np.sqrt(np.float32(len(statistics.within))) * statistics.deviation
    return fit(raw, within, filterbanks=statistics.filterbanks, note=note)


def fit_folder(
    paths: Sequence[Path],
    out: Path,
    note: Mapping[str, object],
    *,
    workers: int | None = None,
    heard: Callable[[], None] = lambda: None,
) -> Statistics:
    """Hear every audio file under ``paths``, whole and in altered copies, fit on them and write the statistics to ``out``.

    Parameters
    ----------
    note
        What the music is and where it is from; the count of tracks is added, and all of it is kept in the file as JSON.
    heard
        Called after each file.

    Raises
    ------
    EmbeddingError
        As in ``fit``.
    """
    banks = build_filterbanks()
    examples = []
    for example in _examples(audio_files(paths), banks, workers or os.cpu_count() or 1):
        heard()
        examples += [example] if example else []
    if not examples:
        raise EmbeddingError(f"nothing under {', '.join(map(str, paths))} can be heard")
    raw, within = np.stack([each.raw for each in examples]), np.concatenate([each.within for each in examples])
    written = json.dumps({**note, "tracks": len(raw), "copies": len(within)}, sort_keys=True)
    statistics = fit(raw, within, filterbanks=banks, note=written)
    out.write_bytes(to_bytes(statistics))
    return statistics


def audio_files(paths: Sequence[Path]) -> list[Path]:
    """Return the audio files among and under ``paths``, sorted; a file that is named is taken for audio."""
    inside = [each for path in paths if path.is_dir() for each in path.rglob("*") if each.suffix.lower() in AUDIO_SUFFIXES]
    return sorted([*inside, *(path for path in paths if not path.is_dir())])


def _examples(files: Sequence[Path], banks: Filterbanks, workers: int) -> Iterator["Example | None"]:
    from embeddings.audio.corpus import example_of  # noqa: PLC0415 - refitting on raw values decodes nothing

    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(example_of, filterbanks=banks), files)


def _basis(standard: NDArray[np.float64], family: Family) -> NDArray[np.float64]:
    _, singular, axes = np.linalg.svd(standard - standard.mean(axis=0), full_matrices=False)
    spread = singular[:COMPONENTS] / np.sqrt(len(standard))
    # The sign of a principal axis is arbitrary; its largest entry is made positive so that a refit lands in the same place.
    axes = axes[:COMPONENTS]
    signs = np.sign(axes[np.arange(COMPONENTS), np.abs(axes).argmax(axis=1)])
    scaled = (axes * signs[:, None]).T / np.maximum(spread, _LEAST_DEVIATION) ** SPREAD_EXPONENT
    norm = np.sqrt(((standard @ scaled) ** 2).sum(axis=1).mean())
    result: NDArray[np.float64] = scaled * (family.weight / max(norm, _LEAST_DEVIATION))
    return result


def _components(standard: NDArray[np.float64], bases: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([standard[:, family.place] @ bases[family.place] for family in FAMILIES], axis=1)


def _whitening(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    covariance = differences.T @ differences / len(differences)
    mean_variance = np.trace(covariance) / AUDIO_DIM
    values, vectors = np.linalg.eigh(NUISANCE_SHARE * covariance + (1 - NUISANCE_SHARE) * mean_variance * np.eye(AUDIO_DIM))
    result: NDArray[np.float64] = (vectors / np.sqrt(values)) @ vectors.T
    return result


def _root(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    _, singular, axes = np.linalg.svd(differences / np.sqrt(len(differences)), full_matrices=False)
    rank = min(WITHIN_RANK, RAW_DIM, len(singular))
    result: NDArray[np.float64] = singular[:rank, None] * axes[:rank]
    return result
