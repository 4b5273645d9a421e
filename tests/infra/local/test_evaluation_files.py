"""What is evaluated on is read from three files or from a log, and what cannot be read is named."""

from pathlib import Path

import pytest

from infra.local.evaluation_files import dataset_in
from recommender.errors import InvalidInput

HEAD = "user,track,at,kind"


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def split_in(folder: Path) -> Path:
    for name, line in (("train.txt", "0 0 1"), ("valid.txt", "0 2"), ("test.txt", "0 3")):
        written(folder / name, line)
    return folder


def test_tags_stand_in_order_of_their_counts_and_the_most_tagged_is_the_most_popular(tmp_path: Path) -> None:
    written(split_in(tmp_path) / "items.csv", "item_id,name,tags", "0,Ann,rock:2|pop:9", "1,Bob,", "3,Cy,jazz:1")

    data = dataset_in(tmp_path, items=None)

    assert data.metadata(0).tags == ("pop", "rock")
    assert data.metadata(0).artists == ("Ann",)
    assert [data.metadata(track).popularity for track in (0, 1)] == [100.0, 0.0]
    assert 0.0 < data.metadata(3).popularity < 100.0
    assert data.metadata(2).title == "2"


def test_a_folder_without_items_is_read_by_its_listening_alone(tmp_path: Path) -> None:
    data = dataset_in(split_in(tmp_path), items=None)

    assert (len(data.users), len(data.tracks), data.known) == (1, 4, {})


@pytest.mark.parametrize("at", ["2026-01-{day:02}", "2026-01-{day:02}T00:00:00+00:00", "17672{day:02}000"])
def test_a_csv_log_is_split_by_time_however_the_time_is_told(tmp_path: Path, at: str) -> None:
    log = written(tmp_path / "log.csv", HEAD, *(f"ann,t{day},{at.format(day=day)},play" for day in range(10, 20)))

    data = dataset_in(log, items=None)

    assert [data.split.train.counts.sum(), data.split.valid.counts.sum(), data.split.test.counts.sum()] == [7, 1, 2]


def test_a_log_of_json_lines_counts_a_line_without_a_kind_as_a_play(tmp_path: Path) -> None:
    log = written(tmp_path / "log.jsonl", *(f'{{"user_id": "ann", "track_id": "t{day}", "timestamp": {day}}}' for day in range(10)))

    data = dataset_in(log, items=None)

    assert {act.kind.value for act in data.acts} == {"play"}


@pytest.mark.parametrize(
    ("line", "told"),
    [("ann,t1,,play", "line 2: there is no at"), ("ann,t1,5,danced", "line 2: 'danced'"), ("ann,t1,yesterday,play", "line 2: .*yesterday")],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        dataset_in(written(tmp_path / "log.csv", HEAD, line), items=None)


def test_a_line_that_is_no_json_object_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"log.jsonl, line 1: '\[1'"):
        dataset_in(written(tmp_path / "log.jsonl", "[1"), items=None)


def test_a_tag_without_a_whole_count_is_named(tmp_path: Path) -> None:
    written(split_in(tmp_path) / "items.csv", "item_id,name,tags", "0,Ann,rock:many")

    with pytest.raises(InvalidInput, match=r"items\.csv, line 2: 'rock:many'"):
        dataset_in(tmp_path, items=None)
