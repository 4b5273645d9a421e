"""GET /search through the embedded stack: what it finds, what it refuses, and tracks that have no audio."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions import search_tracks
from recommender.ports.queues import Queue
from tests.walks import Context, Walk, embedded, keyed, tone

TRACKS = [
    {"track_id": "rain", "title": "Tuesday Rain", "artists": ["Marlow Finch"], "genres": ["folk"], "year": 1971, "popularity": 40},
    {"track_id": "rain-live", "title": "Tuesday Rain (Live)", "artists": ["Marlow Finch"], "genres": ["folk"], "year": 1975},
    {"track_id": "piano", "title": "Ébène", "artists": ["Ødegaard"], "genres": ["sad piano", "classical"], "popularity": 20},
    {"track_id": "tokyo", "title": "東京の夜", "artists": ["月光"], "genres": ["city pop"], "explicit": True},
    {"track_id": "nameless", "title": "?!", "artists": ["Marlow Finch"]},
]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """A catalogue that nobody has heard, for tests that only ask: reading it takes longer than asking."""
    with embedded(tmp_path_factory.mktemp("read")) as walk:
        yield filled(walk)


def filled(walk: Walk) -> Walk:
    assert walk.call("POST", "/tracks", body={"tracks": TRACKS}).body["rejected"] == []
    assert walk.drain(Queue.METADATA) == 0
    return walk


def found(walk: Walk, q: str, **query: str) -> list[str]:
    answer = walk.call("GET", "/search", query={"q": q, **query})
    assert answer.status == 200
    return [item["track"]["track_id"] for item in answer.body["items"]]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("tuesday rain", "rain"),
        ("Marlow Finch - Tuesday Rain", "rain"),
        ("teusday rian marlw finhc", "rain"),
        ("tuesday rain live", "rain-live"),
        ("tues", "rain"),
        ("ebene", "piano"),
        ("odegaard", "piano"),
        ("東京", "tokyo"),
        ("月光", "tokyo"),
        ("melancholic piano music", "piano"),
    ],
)
def test_names_are_found_as_people_type_them_and_what_they_mean_too(read: Walk, q: str, first: str) -> None:
    assert found(read, q)[0] == first


def test_the_same_filters_hold_as_everywhere(read: Walk) -> None:
    assert found(read, "tuesday rain", year_min="1973") == ["rain-live"]
    assert "tokyo" not in found(read, "東京", explicit="false")
    assert found(read, "tuesday rain", genres="polka") == []


def test_a_name_of_signs_alone_is_found_as_it_is_written(read: Walk) -> None:
    assert found(read, "?!") == ["nameless"]
    assert found(read, "?!", year_min="1973") == []


@pytest.mark.parametrize("q", ["!!!", "…—…", "❤️", "🎸🎸", "()[]{}", '"', "%", "-"])
def test_a_query_of_signs_that_nothing_is_called_gets_an_empty_page_that_says_why(read: Walk, q: str) -> None:
    answer = read.call("GET", "/search", query={"q": q})

    assert (answer.status, answer.body["items"]) == (200, [])
    assert answer.body["why"]


@pytest.mark.parametrize(
    "q", ["", " ", "x" * 501, "x" * 10_240, "a\x00b", "a\nb", "\x1b[2J", "\ud83c", "a\udfb8", "\u200f", "\ue000", "\ufdd0"], ids=ascii
)
@pytest.mark.usefixtures("read")
def test_a_query_that_nobody_can_have_typed_is_refused_with_the_field(q: str) -> None:
    event = {
        "version": "2.0",
        "rawPath": "/search",
        "headers": keyed(),
        "queryStringParameters": {"q": q},
        "requestContext": {"http": {"method": "GET", "path": "/search"}, "stage": "$default", "requestId": "tested"},
        "isBase64Encoded": False,
    }

    answer = search_tracks.handler(event, Context())

    assert int(answer["statusCode"]) == 422
    assert json.loads(answer["body"])["error"]["field"] == "q"
    assert answer["body"].encode()


STRANGE = (
    "שלום",
    "\u202eabc",
    "مرحبا",
    "ไทย",
    "한국어",
    "a" * 500,
    "la " * 160,
    "' OR 1=1 --",
    '"a" AND *',
    "$ ! $ a",
    "\u0663",
    "\U0001d573\U0001d58a\U0001d591",
    "ﷺ" * 27,
)


@pytest.mark.parametrize("q", STRANGE, ids=range(len(STRANGE)))
def test_a_strange_query_is_answered(read: Walk, q: str) -> None:
    assert isinstance(found(read, q), list)


def test_every_source_copes_with_tracks_that_nobody_has_heard(walk: Walk, tmp_path: Path) -> None:
    read = filled(walk)
    play = {"user_id": "ada", "track_id": "rain", "kind": "like"}
    read.call("POST", "/interactions", body={"interactions": [play]})
    assert read.drain(Queue.INTERACTIONS) == 0

    shown = read.call("GET", "/tracks/rain")
    alike = read.call("GET", "/tracks/rain/similar", query={"space": "text"})
    blend = read.call("GET", "/tracks/rain/similar")
    unheard = read.call("GET", "/tracks/rain/similar", query={"space": "audio"})
    page = read.call("GET", "/users/ada/recommendations", query={"limit": "3"})
    seeded = read.call("GET", "/users/bob/recommendations", query={"seed_tracks": "rain"})
    new = read.call("GET", "/users/new/recommendations")
    taste = read.call("GET", "/users/ada/taste")
    personal = read.call("GET", "/search", query={"q": "rain", "user_id": "ada"})
    heard = read.upload(tone(tmp_path / "heard.wav", hertz=440), metadata={"title": "Heard"})
    assert read.drain(Queue.UPLOADS) == 0

    assert (shown.body["status"], list(shown.body["versions"]), shown.body["attributes"]) == ("ready", ["text"], {})
    assert {answer.status for answer in (alike, blend, page, seeded, new, taste, personal)} == {200}
    assert alike.body["items"][0]["track"]["track_id"] == blend.body["items"][0]["track"]["track_id"] == "rain-live"
    assert (unheard.status, unheard.body["error"]["code"]) == (422, "no_vector")
    assert all(answer.body["items"] for answer in (page, seeded, new))
    assert [mode["space"] for mode in taste.body["modes"]] == ["text"]
    assert found(read, "tuesday rain", user_id="ada")[0] == "rain"
    assert found(read, "heard")[0] == heard


def test_a_removed_track_is_not_found_and_a_renamed_one_by_its_new_name(walk: Walk) -> None:
    read = filled(walk)
    read.call("DELETE", "/tracks/rain-live")
    read.call("PUT", "/tracks/rain", body={"title": "Wednesday Snow", "artists": ["Marlow Finch"]})
    assert read.drain(Queue.METADATA) == 0

    assert found(read, "wednesday snow")[0] == "rain"
    assert found(read, "tuesday rain", artists="Marlow Finch", limit="1") != ["rain-live"]
    assert found(read, "marlow finch")[:2] == ["nameless", "rain"]
