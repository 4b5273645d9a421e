"""Search finds names first, then meaning; a sentence means what its words count."""

from dataclasses import replace

import pytest

from recommender.errors import InvalidInput
from recommender.filters import Filters
from tests.recommender.engine import Engine


def library() -> Engine:
    engine = Engine()
    engine.add("joga", title="Jóga", artists=("Björk",), genres=("electronic",), year=1997)
    engine.add("hidden", title="Hidden Place", artists=("Björk",), genres=("electronic", "choir"))
    engine.add("train", title="Blue Train", artists=("Coltrane",), genres=("jazz",))
    engine.add("jazz", title="Electronic", artists=("Jazz Band",), explicit=True)
    return engine


def found(engine: Engine, text: str, *, filters: Filters | None = None, limit: int = 10) -> list[str]:
    return [scored.track.track_id for scored in engine.search.find(text, filters=filters or Filters(), limit=limit)]


def test_a_title_finds_its_track_whatever_its_accents() -> None:
    assert found(library(), "joga")[0] == "joga"


def test_an_artist_finds_all_their_tracks_first() -> None:
    assert set(found(library(), "BJÖRK")[:2]) == {"joga", "hidden"}


def test_the_last_word_may_be_a_beginning() -> None:
    assert found(library(), "blue tr")[0] == "train"


def test_names_come_before_meaning() -> None:
    answer = found(library(), "electronic")

    assert answer[0] == "jazz"
    assert set(answer[1:3]) == {"joga", "hidden"}


def test_a_name_outweighs_a_sentence_that_means_the_word_more() -> None:
    engine = library()
    for title in ("Smoke", "Steam", "Tracks"):
        engine.add(title, title=title, artists=(), genres=("train",))

    assert found(engine, "train")[:4] == ["train", "Smoke", "Steam", "Tracks"]


def test_what_nobody_is_called_is_found_by_meaning() -> None:
    assert found(library(), "choir")[0] == "hidden"


def test_filters_hold_for_names_and_for_meaning() -> None:
    assert "jazz" not in found(library(), "jazz", filters=Filters(explicit=False))


def test_targets_order() -> None:
    engine = library()
    engine.index.set_payload({"joga": {"tempo": 180.0}, "hidden": {"tempo": 100.0}})

    assert found(engine, "björk", filters=Filters(targets={"tempo": 100.0}))[0] == "hidden"


def test_an_answer_is_no_longer_than_the_limit_and_scores_fall() -> None:
    scored = library().search.find("björk", filters=Filters(), limit=3)

    assert len(scored) == 3
    assert [one.score for one in scored] == sorted((one.score for one in scored), reverse=True)


def test_a_reader_of_another_version_than_the_index_is_not_asked_for_meaning() -> None:
    engine = library()
    engine.serving.put(replace(engine.serving.get(), text_version="words-2"))

    assert found(engine, "choir") == []
    assert found(engine, "blue train") == ["train"]


@pytest.mark.parametrize("text", ["?!", "---", "…"])
def test_a_query_without_a_letter_or_digit_finds_nothing(text: str) -> None:
    assert found(library(), text) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "a\x00b", "a\nb"])
def test_a_query_that_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        library().search.find(text, filters=Filters(), limit=10)

    assert (raised.value.code, raised.value.field) == ("invalid_query", "q")


def test_a_query_of_five_hundred_characters_is_answered() -> None:
    assert found(library(), "björk " + "x" * 494) != []
