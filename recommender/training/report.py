"""The report of a training: one HTML page that a person reads, with nothing to load and no listener in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from recommender.manifest import Manifest
from recommender.training.charts import bars
from recommender.training.contest import Contest
from recommender.training.judging import DEPTH
from recommender.training.samples import Sample, sentences
from recommender.training.segments import Segment, rivals_of
from recommender.training.tuning import Tuned

_SHOWN: Final = (
    (f"ndcg@{DEPTH}", "NDCG: how high what they went on to hear stood in the list"),
    (f"recall@{DEPTH}", "recall: how much of it was in the list"),
    (f"hit_rate@{DEPTH}", "hit rate: listeners with at least one hit"),
    (f"coverage@{DEPTH}", "coverage: share of the tracks that appears in some list"),
    (f"gini@{DEPTH}", "Gini: 0 if all tracks are shown alike, near 1 if few take all places"),
    (f"novelty@{DEPTH}", "novelty: bits of surprise of a track shown"),
)
_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .25rem .75rem; text-align: left; vertical-align: top; }
th { border-bottom: 1px solid; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
.verdict { padding: .5rem 1rem; border-left: .4rem solid #38a169; } .refused { border-color: #c53030; }
"""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What a report tells beside the manifest; ``contest`` is ``None`` where there was no past to judge by."""

    contest: Contest | None
    tuned: Tuned
    segments: Sequence[Segment]
    samples: Sequence[Sample]
    titles: Mapping[str, str]
    crowds: int


def report_of(manifest: Manifest, told: Told) -> str:
    """Return the page."""
    parts = [f"<h1>Model version {escape(manifest.version)}</h1>", _verdict(manifest), _counts(manifest, told)]
    if told.contest is not None:
        parts.append(_metrics(told.contest, manifest))
    if told.contest is not None and manifest.privacy is None:
        parts += [_segments(told.segments), _samples(told.samples, told.titles, manifest)]
    parts += [_tuning(told.tuned) if manifest.privacy is None else _privacy(manifest.privacy), _recipe(manifest)]
    head = f'<meta charset="utf-8"><title>Segue, model version {escape(manifest.version)}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _verdict(manifest: Manifest) -> str:
    if manifest.published:
        return '<p class="verdict">It passed its gate and was published.</p>'
    return f'<p class="verdict refused">It did not pass its gate and is never served: {escape(manifest.refusal or "")}.</p>'


def _counts(manifest: Manifest, told: Told) -> str:
    window = [moment.date().isoformat() for moment in (manifest.window_from, manifest.window_to) if moment is not None]
    rows = [
        ("trained at", manifest.trained_at.isoformat(timespec="seconds")),
        ("listening from, to", ", ".join(window)),
        ("interactions told", f"{manifest.told:,}"),
        ("interactions that count (the latest thousand of each listener)", f"{manifest.interactions:,}"),
        ("listeners", f"{manifest.users:,}"),
        ("tracks", f"{manifest.tracks:,}"),
        ("listeners judged", f"{told.contest.judged if told.contest else 0:,}"),
        ("crowds of listeners with one taste", f"{told.crowds:,}"),
    ]
    return "<h2>What it learned from</h2>" + _table(("", ""), rows)


def _metrics(contest: Contest, manifest: Manifest) -> str:
    rivals = rivals_of(contest)
    rows = [(words, *(f"{judged.metrics[name]:.4f}" for judged in rivals.values())) for name, words in _SHOWN]
    means = [(name, {rival: judged.metrics[name] for rival, judged in rivals.items()}) for name, _ in _SHOWN[:4]]
    beside = f"<p>“Serving” is {escape(manifest.compared_with)}.</p>" if manifest.compared_with else "<p>Nothing served before.</p>"
    asked = (
        f"<p>Learned from all but the last part of the log, then asked for the first {DEPTH} of all tracks for each of "
        f"{contest.judged:,} listeners, and compared with what they liked in that last part and had not heard before.</p>"
    )
    return "<h2>How good it is</h2>" + asked + beside + _table(("", *rivals), rows) + bars(means, title="Metrics of the rivals")


def _segments(found: Sequence[Segment]) -> str:
    names = list(found[0].figures) if found else []
    rows = [(one.name, one.metric, f"{one.listeners:,}", *(f"{value:.4f}" for value in one.figures.values())) for one in found]
    drawn = bars([(one.name.split(" (")[0], one.figures) for one in found], title="The rivals by segment")
    return "<h2>For whom</h2>" + _table(("", "metric", "listeners", *names), rows) + drawn


def _samples(found: Sequence[Sample], titles: Mapping[str, str], manifest: Manifest) -> str:
    rival = "what served before" if manifest.compared_with else "popularity"
    note = f"<p>Beside {rival}. Only tracks with enough distinct listeners are named.</p>"
    return f"<h2>What changes for {len(found)} listeners</h2>" + note + _table(("", "stays", "comes", "goes"), sentences(found, titles))


def _tuning(tuned: Tuned) -> str:
    if not tuned.trials:
        return "<h2>Tuning</h2><p>Not tuned: the log is too small to choose by, so the defaults were used.</p>"
    rows = [
        (str(number), f"{trial.ndcg:.4f}", _words(trial.recipe.to_parameters()), "chosen" if trial.recipe == tuned.recipe else "")
        for number, trial in enumerate(tuned.trials, 1)
    ]
    drawn = bars(
        [(f"trial {number}", {"NDCG@20 on validation": trial.ndcg}) for number, trial in enumerate(tuned.trials, 1)], title="Tuning"
    )
    return "<h2>Tuning</h2>" + _table(("trial", f"ndcg@{DEPTH}", "recipe", ""), rows) + drawn


def _privacy(promised: Mapping[str, float]) -> str:
    told = (
        "<p>Trained with differential privacy at user level: vectors, folding and the map to new tracks hardly tell whether any one "
        "listener was there. Nothing was tuned, and no segments, samples or crowds are told, because they would tell more. The counts and "
        "figures of this page are exact and not covered: they are for whoever runs the service and holds the log.</p>"
    )
    return (
        "<h2>What it gives away</h2>"
        + told
        + _table(("", ""), [(name.replace("_", " "), f"{value:.6g}") for name, value in promised.items()])
    )


def _recipe(manifest: Manifest) -> str:
    rows = [("recipe", _words(manifest.parameters)), ("code", manifest.code_version), *sorted(manifest.environment.items())]
    return "<h2>How it was made</h2>" + _table(("", ""), rows)


def _words(parameters: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in parameters.items())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = ("".join(f"<td{_kind(cell)}>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table><tr>{top}</tr>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _kind(cell: str) -> str:
    return ' class="number"' if cell.replace(",", "").replace(".", "").isdigit() else ""
