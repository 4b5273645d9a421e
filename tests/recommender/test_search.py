"""Search finds names first, however they are typed, then meaning; a sentence means what its words count."""

from dataclasses import replace

import pytest

from recommender.errors import InvalidInput
from recommender.filters import Filters
from recommender.interactions import Kind
from recommender.names.features import features_asked
from recommender.ports.index import Named
from tests.recommender.engine import Engine, act


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


@pytest.mark.parametrize("text", ["hidden place björk", "Bjork - Hidden Place", "hiden plcae bjrok", "bjork hiden plaec", "hidden pl"])
def test_a_track_is_found_by_title_and_artist_in_either_order_and_with_a_fault_in_each_word(text: str) -> None:
    assert found(library(), text)[0] == "hidden"


def test_an_exact_name_comes_before_all_words_before_a_beginning_before_a_fault() -> None:
    engine = Engine()
    for track_id, title in (("fault", "Bleu Tran"), ("begun", "Blue Trains"), ("words", "Train So Blue"), ("exact", "Blue Train")):
        engine.add(track_id, title=title, artists=("Someone",), genres=("blue train blue train",))
    engine.add("both", title="Blue", artists=("Train",))

    assert found(engine, "blue train")[:4] == ["both", "exact", "words", "begun"]


def test_of_tracks_called_the_same_the_more_popular_comes_first_then_the_lower_id() -> None:
    engine = Engine()
    for track_id, popularity in (("c", 50.0), ("b", 10.0), ("a", 10.0)):
        engine.add(track_id, title="Stay", artists=(f"Singer {track_id}",), popularity=popularity)

    assert found(engine, "stay") == ["c", "a", "b"]


def test_a_narrow_filter_finds_the_one_among_hundreds_that_are_called_so() -> None:
    engine = Engine()
    for number in range(300):
        engine.add(f"moon {number}", title="Moon", artists=("Crowd",), popularity=90.0)
    engine.add("old", title="Moon over Water", artists=("Solo",), year=1950)

    assert found(engine, "moon", filters=Filters(year_max=1960)) == ["old"]


@pytest.mark.parametrize("text", ["東京", "フラッシュ", "東京フラッシュ", "東京\u3000フラッシュ"])
def test_a_title_without_spaces_is_found_by_its_parts(text: str) -> None:
    engine = library()
    engine.add("tokyo", title="東京フラッシュ", artists=("Vaundy",))

    assert found(engine, text)[0] == "tokyo"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("שלום עליכם", "\u200fשלום"),  # noqa: RUF001  # another script is the point
        ("Привет", "привт"),
        ("사랑해", "사랑"),
        ("प्यार", "प्यार"),
    ],
)
def test_titles_in_any_script_are_found(title: str, text: str) -> None:
    engine = library()
    engine.add("there", title=title, artists=("Someone",))

    assert found(engine, text)[0] == "there"


def test_a_track_that_is_described_anew_is_found_by_its_new_name_alone() -> None:
    engine = library()
    train = engine.catalog.get("train")
    assert train is not None
    renamed = replace(train, metadata=replace(train.metadata, title="Red Kite"))

    engine.placing.place([renamed], {})

    assert found(engine, "red kite")[0] == "train"
    assert found(engine, "blue train coltrane", limit=1) == ["train"]
    assert engine.index.nearest([Named(features_asked(("blue",)), 9)])[0] == []


def test_who_plays_an_artist_finds_their_track_first_of_two_that_are_called_the_same() -> None:
    engine = Engine()
    engine.add("hers", title="Hello", artists=("Adele",), popularity=10.0)
    engine.add("his", title="Hello", artists=("Lionel",), popularity=90.0)
    engine.add("other", title="Skyfall", artists=("Adele",))
    engine.listen(act("other"), act("other", Kind.LIKE))

    personal = [scored.track.track_id for scored in engine.search.find("hello", filters=Filters(), limit=9, user="ann")]

    assert (found(engine, "hello")[:2], personal[:2]) == (["his", "hers"], ["hers", "his"])


def test_a_taste_lifts_nothing_over_an_exact_name() -> None:
    engine = Engine()
    engine.add("exact", title="Hello", artists=("Nobody",))
    engine.add("loved", title="Hello Again", artists=("Adele",), popularity=100.0)
    engine.listen(act("loved", Kind.LIKE), act("loved"))

    personal = engine.search.find("hello", filters=Filters(), limit=9, user="ann")

    assert [scored.track.track_id for scored in personal] == ["exact", "loved"]


def test_who_wants_nothing_explicit_finds_nothing_explicit_unless_it_is_asked_for() -> None:
    engine = library()
    engine.prefer(allow_explicit=False)

    hidden = engine.search.find("electronic jazz band", filters=Filters(), limit=9, user="ann")
    asked = engine.search.find("electronic jazz band", filters=Filters(explicit=True), limit=9, user="ann")

    assert "jazz" not in [scored.track.track_id for scored in hidden]
    assert [scored.track.track_id for scored in asked] == ["jazz"]


def test_a_user_of_whom_nothing_is_known_finds_what_anybody_finds() -> None:
    engine = library()

    assert [scored.track.track_id for scored in engine.search.find("björk", filters=Filters(), limit=9, user="new")] == found(
        engine, "björk"
    )[:9]


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


def test_a_name_without_a_letter_is_found_by_its_signs_and_by_nothing_else() -> None:
    engine = library()
    engine.add("bang", title="!", artists=("Trippie",))
    engine.add("divide", title="÷ (Deluxe)", artists=("!!!",))

    assert found(engine, "!")[0] == "bang"
    assert found(engine, "！")[0] == "bang"  # noqa: RUF001  # as it is typed in wide letters
    assert found(engine, "!!!")[0] == "divide"
    assert found(engine, "* / *") == []


def test_what_is_only_meant_shows_an_artist_twice_before_others_and_their_rest_after_them() -> None:
    engine = Engine()
    for number in range(4):
        engine.add(f"joel {number}", title=f"Joel {number}", artists=("Billy",), genres=("rock", "ballad"))
    for number in range(3):
        engine.add(f"other {number}", title=f"Other {number}", artists=(f"Singer {number}",), genres=("rock", "ballad"), album="Unlike")

    scored = engine.search.find("rock ballad", filters=Filters(), limit=10)

    artists = [one.track.metadata.artists[0] for one in scored]
    assert artists.count("Billy") == 4
    assert artists[-2:] == ["Billy", "Billy"]
    assert [one.score for one in scored] == sorted((one.score for one in scored), reverse=True)


def test_tracks_that_are_called_so_are_never_moved_for_their_artist() -> None:
    engine = Engine()
    for number in range(5):
        engine.add(f"joel {number}", title=f"Piano Man {number}", artists=("Billy",), popularity=90.0 - number)
    engine.add("other", title="Another", artists=("Piano",), genres=("piano", "man"))

    assert found(engine, "piano man billy")[:5] == [f"joel {number}" for number in range(5)]
