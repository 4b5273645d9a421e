"""What is read from outside of messages and calls: tokens, cursors, rows, settings, saved files. Any bytes are understood or refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from events.filters import FilterQuery
from events.listening import InteractionEntry
from events.tracks import TrackMetadata
from events.users import PreferencesBody
from infra.local.catalogue_rows import rows_of
from infra.settings import Settings
from infra.tags import metadata_of
from infra.upload_signatures import UploadSignatures
from recommender.errors import Forbidden, InvalidInput, Unavailable, Unknown
from recommender.manifest import Manifest
from recommender.pages.asking import Request, Seeds
from recommender.pages.paging import chain_before, next_after
from recommender.playing.station import Station
from recommender.trust.credentials import Scope
from tests.fakes.stores import FakeImpressionLog
from tests.fuzz.drawn import JSON, TEXT, WORDS
from tests.walks import Walk

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
FILE = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.dictionaries(WORDS, st.floats(0.1, 1), max_size=3)
URL_SAFE = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", max_size=80)


@given(URL_SAFE | TEXT)
@FILE
def test_any_token_is_a_radio_or_refused(token: str) -> None:
    try:
        station = Station.of_token(token)
    except InvalidInput as error:
        refused = error.code
        assert refused == "invalid_cursor"
    else:
        assert Station.of_token(station.token()) == station


@given(NAMES, NAMES, st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20), max_size=40))
@FILE
def test_a_radio_comes_back_from_its_token(tracks: dict[str, float], genres: dict[str, float], played: list[str]) -> None:
    station = Station(seeds=Seeds(tracks=tracks, genres=genres)).then(played)

    assert Station.of_token(station.token()) == station


@given(URL_SAFE | TEXT)
@FILE
def test_any_cursor_is_refused_that_no_page_gave(after: str) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        chain_before(Request(user="u", recommendation_id="r", after=after), FakeImpressionLog())


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20), min_size=1, max_size=20, unique=True))
@FILE
def test_a_cursor_leads_on_from_what_was_shown(track_ids: list[str]) -> None:
    asked = Request(user="u", recommendation_id="r", limit=len(track_ids))
    after = next_after(asked, chain_before(asked, FakeImpressionLog()), track_ids, is_kept=False)

    assert chain_before(replace(asked, after=after), FakeImpressionLog()).shown == tuple(track_ids)


@given(TEXT, TEXT, TEXT)
@FILE
def test_no_signature_that_was_not_given_lets_an_upload_in(key: str, expires: str, signature: str) -> None:
    with pytest.raises(Forbidden):
        UploadSignatures(b"secret").verify(key, expires, signature, now=NOW)


@given(credential=TEXT | st.text(".abcdef0123456789_", max_size=80))
@FILE
def test_no_credential_that_was_not_given_is_known(walk: Walk, credential: str) -> None:
    walk.app.access.mint("other", [Scope.READ], now=NOW)

    with pytest.raises(Unknown):
        walk.app.access.caller(credential, now=NOW)


@given(st.dictionaries(st.sampled_from([name.upper() for name in Settings.model_fields] + ["SEGUE_HOME", "SEGUE_PORT"]), WORDS))
@FILE
def test_any_environment_is_settings_or_names_the_variable_at_fault(environment: dict[str, str]) -> None:
    try:
        read = Settings.from_env(environment)
    except InvalidInput as error:
        named = error.field
        assert named in environment
    else:
        assert read.hearing_timeout_s < 10**6


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
@given(
    content=st.binary(max_size=300)
    | TEXT.map(lambda text: ("id,title\n" + text).encode("utf-8", "surrogatepass"))
    | JSON.map(lambda row: json.dumps(row).encode())
)
@FILE
def test_any_catalogue_is_read_row_by_row_or_refused(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"rows{ending}"
    path.write_bytes(content)

    try:
        rows = list(rows_of(path))
    except InvalidInput as error:
        refused = error.code
        assert refused in {"not_utf8", "no_id_column"}
    else:
        assert all((row.entry is None) == (row.error is not None) for row in rows)
        json.dumps([row.entry for row in rows], allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("line", ["[" * 100_000, "1" * 10_000, '{"id": NaN}'])
def test_a_row_that_no_reader_follows_is_told_and_stops_no_other(tmp_path: Path, line: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{line}\n{{"id": "t1", "title": "One"}}\n', encoding="utf-8")

    bad, good = rows_of(path)

    assert (bad.line, bad.entry, bool(bad.error)) == (1, None, True)
    assert good.entry is not None


@pytest.mark.parametrize("model", [InteractionEntry, TrackMetadata, PreferencesBody, FilterQuery])
@given(
    told=JSON
    | st.dictionaries(st.sampled_from(["user_id", "track_id", "kind", "at", "title", "year", "until", "limit", "added_after"]), JSON)
)
@FILE
def test_any_entry_is_understood_or_refused(model: type[TrackMetadata], told: object) -> None:
    try:
        said = model.model_validate(told)
    except ValidationError as error:
        complaints = error.errors()
        assert complaints
    else:
        assert model.model_validate(json.loads(said.model_dump_json(by_alias=True))) == said


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1780000000", 1780000000, True])
def test_a_time_that_is_none_or_out_of_reach_is_refused(at: object) -> None:
    with pytest.raises(ValidationError, match=r"RFC 3339|years 1 to 9999"):
        InteractionEntry.model_validate({"user_id": "u", "track_id": "t", "kind": "like", "at": at})


@given(st.binary(max_size=200) | JSON.map(lambda told: json.dumps(told).encode()))
@FILE
def test_any_manifest_but_a_sealed_one_is_told_to_be_damaged(stored: bytes) -> None:
    with pytest.raises(Unavailable, match="v1"):
        Manifest.from_json(stored, version="v1")


@given(
    st.dictionaries(
        st.sampled_from(["title", "artist", "genre", "year", "date", "mood", "itunesadvisory", "album"]),
        TEXT | st.binary() | st.lists(TEXT) | st.integers() | st.none(),
    )
)
@FILE
def test_any_tags_are_metadata_that_the_catalogue_takes(tags: dict[str, object]) -> None:
    said = metadata_of(tags)

    assert said.title == said.title.strip()
    assert all(name for name in (*said.artists, *said.genres, *said.tags))
    assert said.year is None or 1000 <= said.year <= 2200
    "".join((said.title, *said.artists)).encode()


@pytest.mark.parametrize(("column", "cell"), [("popularity", "nan"), ("duration_ms", "inf"), ("year", "-1e9"), ("explicit", "maybe")])
def test_a_cell_that_is_no_such_value_is_told_of_its_row_alone(tmp_path: Path, column: str, cell: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"id,title,{column}\nt1,One,{cell}\nt2,Two,\n", encoding="utf-8")

    bad, good = rows_of(path)

    assert column in str(bad.error)
    assert good.entry == {"track_id": "t2", "title": "Two"}
