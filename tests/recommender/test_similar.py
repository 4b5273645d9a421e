"""What is like a track: by sound, by words, by listeners, or by all of them."""

from dataclasses import replace

import pytest

from embeddings.spaces import Space
from recommender.errors import InvalidInput, NotFound
from recommender.filters import Filters
from recommender.tracks import Metadata
from tests.recommender.engine import NOW, Engine, at_angle


def library() -> Engine:
    """Sounds and words disagree: ``near`` sounds like ``asked``, ``said`` is described like it."""
    engine = Engine()
    engine.add("asked", 0, read=True, title="Song", artists=("Band",), genres=("jazz",), year=1990)
    engine.add("near", 5, read=True, title="Completely", artists=("Different",))
    engine.add("said", 90, read=True, title="Song", artists=("Band",), genres=("jazz",))
    engine.add("far", 180, read=True, title="Else", artists=("Other",), explicit=True)
    return engine


def like(engine: Engine, space: Space | None, *, filters: Filters | None = None, limit: int = 10) -> list[str]:
    found = engine.similar.to("asked", space=space, filters=filters or Filters(), limit=limit)
    return [scored.track.track_id for scored in found]


def test_by_sound_the_nearest_angle_comes_first_with_its_cosine() -> None:
    found = library().similar.to("asked", space=Space.AUDIO, filters=Filters(), limit=3)

    assert [scored.track.track_id for scored in found] == ["near", "said", "far"]
    assert [scored.score for scored in found] == pytest.approx([0.99619, 0.0, -1.0], abs=1e-4)


def test_by_words_the_same_words_come_first() -> None:
    assert like(library(), Space.TEXT)[0] == "said"


def test_by_listeners_what_is_played_together_comes_first() -> None:
    engine = library()
    engine.serving.put(replace(engine.serving.get(), collab_version="v1"))
    engine.index.set_vectors("collab_a", {"asked": at_angle(0, slot="collab_a"), "far": 3 * at_angle(10, slot="collab_a")})

    assert like(engine, Space.COLLAB) == ["far"]


def test_all_spaces_together_find_what_either_finds() -> None:
    assert set(like(library(), None, limit=2)) == {"near", "said"}


def test_a_track_is_not_like_itself() -> None:
    assert "asked" not in like(library(), None)


def test_filters_hold_and_targets_order() -> None:
    engine = library()
    engine.index.set_payload({"near": {"tempo": 180.0}, "said": {"tempo": 100.0}})

    assert "far" not in like(engine, Space.AUDIO, filters=Filters(explicit=False))
    assert like(engine, Space.AUDIO, filters=Filters(targets={"tempo": 100.0}))[0] == "said"


def test_another_encoding_is_like_what_its_track_is_like() -> None:
    engine = library()
    engine.catalog.link("asked as mp3", "asked")

    found = engine.similar.to("asked as mp3", space=Space.AUDIO, filters=Filters(), limit=1)

    assert [scored.track.track_id for scored in found] == ["near"]


def test_an_unknown_track_is_named() -> None:
    with pytest.raises(NotFound, match="nowhere"):
        library().similar.to("nowhere", space=None, filters=Filters(), limit=1)


@pytest.mark.parametrize("space", [Space.AUDIO, Space.COLLAB])
def test_a_space_in_which_the_track_has_no_vector_is_named(space: Space) -> None:
    engine = library()
    engine.add("read only")

    with pytest.raises(InvalidInput, match=f"no vector in {space.value}") as raised:
        engine.similar.to("read only", space=space, filters=Filters(), limit=1)

    assert raised.value.code == "no_vector"


def test_a_track_that_waits_to_be_heard_says_so() -> None:
    engine = library()
    engine.catalogue.describe({"waiting": Metadata(title="T")}, now=NOW)

    with pytest.raises(InvalidInput, match="queued"):
        engine.similar.to("waiting", space=None, filters=Filters(), limit=1)
