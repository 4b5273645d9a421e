"""The report of a training: one page with figures, without a listener in it and without anything to load."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from recommender.errors import NotFound
from recommender.training.charts import bars
from recommender.training.contest import COMPARED, Contest
from recommender.training.judging import DEPTH, Exam, Judged, exam_of
from recommender.training.ledger import read
from recommender.training.samples import samples, sentences
from recommender.training.segments import segments
from tests.recommender.engine import NOW, act
from tests.recommender.test_training import trained
from tests.recommender.versions import ANGLES, publish, swappable

SPLIT = NOW.timestamp() - 5 * 86_400
# Twelve listeners played ``t0``, went on to ``t1``, and one of them knows many more.
LEDGER = read(
    [
        *(act(f"t{track}", user="much", days_ago=9 - track / 100) for track in range(2, 12)),
        *(act("t0", user=f"u{number:02}", days_ago=8) for number in range(12)),
        act("t0", user="much", days_ago=8),
        *(act("t1", user=user, days_ago=1) for user in [*(f"u{number:02}" for number in range(12)), "much"]),
    ]
)


def exam() -> Exam:
    return exam_of(LEDGER, split=SPLIT)


def rival(first: str) -> Judged:
    """Return a rival that shows everybody one track alone."""
    lists = np.full((len(exam().users), DEPTH), -1)
    lists[:, 0] = LEDGER.tracks.index(first)
    ndcg = np.full(len(lists), float(first == "t1"))
    return Judged(lists, ndcg, {**dict.fromkeys(COMPARED, 0.5), "ndcg@20": float(ndcg.mean())})


def contest() -> Contest:
    return Contest(rival("t1"), rival("t5"), None, "", is_fresh=True, n_tracks=12)


def listeners() -> np.ndarray:  # type: ignore[type-arg]  # of counts
    return np.array([13 if track_id in {"t0", "t1"} else 1 for track_id in LEDGER.tracks])


class Loads(HTMLParser):
    """Collect what a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe"} or any(name in {"src", "href"} or name.startswith("on") for name, _ in attrs):
            self.found.append(tag)


def test_the_report_of_a_version_tells_its_figures_its_rivals_and_its_plots() -> None:
    engine = trained()
    (manifest,) = engine.models.manifests()

    page = engine.models.report(manifest.version)

    assert f"{manifest.metrics['ndcg@20']:.4f}" in page
    assert f"{manifest.metrics['popularity_ndcg@20']:.4f}" in page
    assert page.count("<svg") >= 2
    assert "niche listeners" in page
    assert "tail tracks" in page
    assert "listener 10" in page


def test_no_listener_is_in_the_report() -> None:
    engine = trained()
    (manifest,) = engine.models.manifests()

    page = engine.models.report(manifest.version)

    assert not [user for user in engine.log.users() if user in page]


def test_the_report_loads_nothing() -> None:
    engine = trained()
    (manifest,) = engine.models.manifests()
    loads = Loads()

    loads.feed(engine.models.report(manifest.version))

    assert loads.found == []


def test_a_version_without_a_report_says_so() -> None:
    engine = swappable()
    publish(engine.models, "v3", ANGLES)

    with pytest.raises(NotFound, match="v3 has no report"):
        engine.models.report("v3")


def test_listeners_with_few_and_with_many_tracks_are_told_apart() -> None:
    found = {segment.name.split(" (")[0]: segment for segment in segments(contest(), exam(), listeners())}

    assert found["new listeners"].listeners == 12
    assert found["listeners with more than 5 tracks known"].listeners == 1
    assert found["new listeners"].figures == {"this version": 1.0, "popularity": 0.0}


def test_hits_on_the_head_and_on_the_tail_are_told_apart() -> None:
    found = {segment.name.split(" (")[0]: segment for segment in segments(contest(), exam(), listeners())}

    assert found["head tracks"].figures == {"this version": 1.0, "popularity": 0.0}
    assert "tail tracks" not in found


def test_samples_name_only_what_ten_listeners_play() -> None:
    sampled = samples(contest(), exam(), listeners(), LEDGER.tracks)

    assert len(sampled) == 10
    assert {sample.comes for sample in sampled} == {("t1",)}
    assert {sample.goes for sample in sampled} == {()}


def test_samples_are_called_by_a_number_and_their_histories_are_told_in_tens() -> None:
    rows = sentences(samples(contest(), exam(), listeners(), LEDGER.tracks), {"t1": "Somebody - One"})

    assert rows[0] == ("listener 1 (fewer than 10 tracks)", "0 of 20", "Somebody - One", "nothing that enough others play")
    assert rows[-1][0] == "listener 10 (10 tracks or more)"


def test_a_chart_draws_a_bar_for_each_value_on_one_scale() -> None:
    drawn = bars([("a", {"x": 1.0, "y": 0.5}), ("b", {"x": 0.0})], title="t")

    widths = [float(width) for width in re.findall(r'<rect x="300" y="\d+\.?\d*" width="([\d.]+)" height="14"', drawn)]
    assert widths[0] == 2 * widths[1]
    assert widths[2] == 1.0


def test_names_in_a_chart_cannot_break_out_of_it() -> None:
    assert "<script>" not in bars([("<script>", {"<b>": 1.0})], title="<i>")
