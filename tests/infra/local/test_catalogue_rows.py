"""Catalogues are read as people write them, and a bad row stops no other."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.catalogue_rows import Row, rows_of
from recommender.errors import InvalidInput


def rows(path: Path, content: str | bytes) -> list[Row]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(rows_of(path))


def test_a_row_has_its_columns_under_the_api_s_names(tmp_path: Path) -> None:
    content = (
        "\ufeffID,Name,artist,album,genres,tags,release_date,duration_ms,explicit,popularity,colour\n"
        'a1,"One, two",Anna|Bea,LP,folk; jazz,"[""calm"", ""slow""]",1999-05-01,180000.0,True,55.5,red\n'
    )

    [row] = rows(tmp_path / "tracks.csv", content)

    assert row == Row(
        2,
        {
            "track_id": "a1",
            "title": "One, two",
            "artists": ["Anna", "Bea"],
            "album": "LP",
            "genres": ["folk", "jazz"],
            "tags": ["calm", "slow"],
            "year": 1999,
            "duration_ms": 180_000,
            "explicit": True,
            "popularity": 55.5,
        },
    )


def test_empty_cells_are_left_out(tmp_path: Path) -> None:
    [row] = rows(tmp_path / "tracks.csv", "track_id,title,artists,year\na1,One,,\n")

    assert row.entry == {"track_id": "a1", "title": "One"}


def test_bad_rows_are_told_with_their_line_and_the_others_are_read(tmp_path: Path) -> None:
    content = "track_id,title,year,explicit\na1,One,soon,0\n,Two,2000,0\na3,Three,2000,perhaps\na4,Four,2000,no\n"

    told = rows(tmp_path / "tracks.csv", content)

    assert [(row.line, row.error) for row in told] == [
        (2, "year: 'soon' cannot be understood"),
        (3, "there is no track_id"),
        (4, "explicit: 'perhaps' cannot be understood"),
        (5, None),
    ]


def test_json_lines_are_read_and_broken_ones_told(tmp_path: Path) -> None:
    content = '{"id": 7, "title": "Seven", "artists": ["A;B"], "year": 2001}\n\n{"id": \n[1]\n'

    told = rows(tmp_path / "tracks.jsonl", content)

    assert told[0].entry == {"track_id": "7", "title": "Seven", "artists": ["A;B"], "year": 2001}
    assert [(row.line, row.entry) for row in told[1:]] == [(3, None), (4, None)]


@pytest.mark.parametrize(
    ("content", "named"), [("name,artist\nx,y\n", "track_id or id"), ("", "none at all"), (b"id,title\n1,\xff\n", "UTF-8")]
)
def test_a_file_that_cannot_be_a_catalogue_is_named(tmp_path: Path, content: str | bytes, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        rows(tmp_path / "tracks.csv", content)


@settings(deadline=None)  # it writes a file each time
@given(
    st.dictionaries(st.sampled_from(["id", "title", "artists", "year", "explicit", "popularity"]), st.text() | st.integers() | st.none())
)
def test_no_row_stops_the_reading(tmp_path_factory: pytest.TempPathFactory, told: dict[str, object]) -> None:
    import json

    path = tmp_path_factory.getbasetemp() / "any.jsonl"

    [row] = rows(path, json.dumps(told))

    assert (row.entry is None) == (row.error is not None)


@pytest.mark.parametrize(
    ("cell", "genres"),
    [
        ("\"['dance pop', 'pop']\"", ["dance pop", "pop"]),
        ('"[\'r&b\', ""children\'s music""]"', ["r&b", "children's music"]),
        ("[]", []),
    ],
)
def test_a_list_as_python_prints_it_is_a_list(tmp_path: Path, cell: str, genres: list[str]) -> None:
    file = tmp_path / "catalogue.csv"
    file.write_text(f"id,title,genres\none,One,{cell}\n", encoding="utf-8")

    [row] = rows_of(file)

    assert row.entry is not None
    assert row.entry["genres"] == genres


@pytest.mark.parametrize("cell", ["[dance pop]", "[1", "[__import__('os')]", "[" * 5_000])
def test_a_list_that_is_none_is_told_with_its_line(tmp_path: Path, cell: str) -> None:
    file = tmp_path / "catalogue.csv"
    file.write_text(f'id,title,genres\none,One,"{cell}"\n', encoding="utf-8")

    [row] = rows_of(file)

    assert row.entry is None
    assert row.error is not None
    assert row.error.startswith("genres: ")


def test_a_line_that_is_nested_too_deep_stops_no_other(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.jsonl"
    file.write_text("[" * 100_000 + '\n{"id": "one", "title": "One"}\n', encoding="utf-8")

    deep, good = rows_of(file)

    assert (deep.line, deep.entry) == (1, None)
    assert good.entry == {"track_id": "one", "title": "One"}
