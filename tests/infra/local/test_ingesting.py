"""Files and rows go through the upload walk, and each is followed to its end."""

from pathlib import Path

import pytest

from infra.local import standings
from infra.local.catalogue_rows import Row
from infra.local.describing import RowResult, ingest_rows
from infra.local.ingesting import Outcome, ingest_files
from infra.local.walk import AudioFile
from tests.infra.local.engine import SmallEngine


def files(folder: Path, **contents: str) -> list[AudioFile]:
    made = []
    for name, content in contents.items():
        path = folder / f"{name}.wav"
        path.write_text(content, encoding="utf-8")
        made.append(AudioFile(path, f"music/{path.name}"))
    return made


def outcomes(engine: SmallEngine, found: list[AudioFile], *, in_flight: int = 4) -> dict[str, str]:
    return {result.file.path.stem: result.outcome.value for result in ingest_files(engine, found, in_flight=in_flight, senders=2)}


def test_files_are_heard_refused_or_found_to_be_the_same_audio(tmp_path: Path) -> None:
    found = files(tmp_path, one="a", copy="a", refused="refuse", two="b", encoded="b ")

    results = outcomes(SmallEngine(), found, in_flight=1)

    assert results == {"one": "heard", "copy": "known", "refused": "rejected", "two": "heard", "encoded": "same_audio"}


def test_a_second_run_uploads_nothing_and_tells_the_reasons_again(tmp_path: Path) -> None:
    engine = SmallEngine()
    found = files(tmp_path, one="a", refused="refuse")
    outcomes(engine, found)

    again = list(ingest_files(engine, found, in_flight=4))

    assert len(engine.uploaded) == 2
    assert {(result.outcome, result.code) for result in again} == {(Outcome.KNOWN, ""), (Outcome.REJECTED, "silent")}


def test_no_more_files_are_under_way_than_was_said(tmp_path: Path) -> None:
    engine = SmallEngine()

    results = outcomes(engine, files(tmp_path, **{f"f{n}": str(n) for n in range(20)}), in_flight=3)

    assert set(results.values()) == {"heard"}
    assert engine.most_under_way <= 3


def test_a_busy_engine_is_asked_again(tmp_path: Path) -> None:
    engine = SmallEngine(busy_answers=2)

    results = outcomes(engine, files(tmp_path, one="a"))

    assert results == {"one": "heard"}


def test_a_file_that_cannot_be_read_or_named_stops_no_other(tmp_path: Path) -> None:
    found = [*files(tmp_path, one="a"), AudioFile(tmp_path / "gone.wav", "gone.wav"), *files(tmp_path, **{"bad name": "c"})]

    results = outcomes(SmallEngine(), found)

    assert results == {"one": "heard", "gone": "failed", "bad name": "rejected"}


def test_a_track_that_nobody_works_on_any_more_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standings, "PATIENCE_S", 0.05)
    found = files(tmp_path, lost="lose")

    [result] = ingest_files(SmallEngine(), found, in_flight=4)

    assert (result.outcome, result.code) == (Outcome.FAILED, "not_done")


def test_rows_are_sent_in_batches_and_bad_ones_told() -> None:
    engine = SmallEngine()
    rows = [
        Row(2, {"track_id": "a", "title": "A"}),
        Row(3, None, "not CSV"),
        Row(4, {"track_id": "b"}),
        *(Row(5 + n, {"track_id": f"c{n}", "title": "C"}) for n in range(1200)),
    ]

    results = list(ingest_rows(engine, rows))

    assert len(engine.described) == 1201
    assert [result for result in results if result.error] == [RowResult(3, None, "not CSV"), RowResult(4, None, "title: Field required")]
    assert sum(result.track_id is not None for result in results) == 1201


def test_a_track_that_is_told_twice_ends_with_its_last_row() -> None:
    engine = SmallEngine()

    results = list(ingest_rows(engine, [Row(2, {"track_id": "a", "title": "Old"}), Row(3, {"track_id": "a", "title": "New"})]))

    assert engine.described["a"]["title"] == "New"
    assert [(result.line, result.track_id) for result in results] == [(2, None), (3, "a")]
