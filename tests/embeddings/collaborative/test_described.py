"""Words become features in which tracks of one kind lie together."""

import io

import numpy as np
import pytest

from embeddings.collaborative import Content, Vocabulary, learn_vocabulary
from embeddings.errors import ArtefactInvalid

KINDS = [{"rock": 1.0, "loud": 0.5}, {"rock": 1.0, "loud": 0.5}, {"jazz": 1.0, "calm": 0.5}, {"jazz": 1.0, "calm": 0.5}, {}]


def test_tracks_of_the_same_words_have_the_same_features_and_those_of_others_nothing_in_common() -> None:
    vocabulary = learn_vocabulary(KINDS)

    said = vocabulary.features(Content(KINDS))[:, : vocabulary.directions.shape[1]]

    np.testing.assert_allclose(said @ said.T, np.kron(np.diag([1.0, 1.0, 0.0]), np.ones((2, 2)))[:5, :5], atol=1e-5)


def test_a_track_of_which_nothing_is_said_has_zeros() -> None:
    features = learn_vocabulary(KINDS).features(Content(KINDS))

    np.testing.assert_array_equal(features[4], 0.0)


def test_popularity_is_told_beside_the_words_and_with_each_of_them() -> None:
    vocabulary = learn_vocabulary(KINDS)
    width = vocabulary.directions.shape[1]

    features = vocabulary.features(Content(KINDS, [100.0, 50.0, 0.0, 0.0, 0.0]))

    np.testing.assert_allclose(features[:2, width : 2 * width], features[:2, :width] * [[1.0], [0.5]], rtol=1e-6)
    assert features[0, -2] > features[1, -2] > features[2, -2] == 0.0


def test_a_word_of_one_track_alone_is_not_learned() -> None:
    vocabulary = learn_vocabulary([{"rock": 1.0, "mine": 1.0}, {"rock": 1.0}, {"jazz": 1.0}, {"jazz": 1.0}])

    assert set(vocabulary.columns) == {"rock", "jazz"}


@pytest.mark.parametrize("words", [[], [{}, {}], [{"only": 1.0}], [{"all": 1.0}, {"all": 1.0}]])
def test_where_words_tell_nothing_apart_there_are_no_directions(words: list[dict[str, float]]) -> None:
    vocabulary = learn_vocabulary(words)

    features = vocabulary.features(Content(words))

    assert features.shape == (len(words), 3)
    assert np.isfinite(features).all()


def test_a_vocabulary_comes_back_from_an_npz_file_without_pickle() -> None:
    vocabulary, file = learn_vocabulary(KINDS), io.BytesIO()

    np.savez(file, **vocabulary.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        again = Vocabulary.from_arrays(dict(stored))

    np.testing.assert_array_equal(again.features(Content(KINDS)), vocabulary.features(Content(KINDS)))


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    arrays = learn_vocabulary(KINDS).to_arrays()

    with pytest.raises(ArtefactInvalid, match="rarity"):
        Vocabulary.from_arrays({name: array for name, array in arrays.items() if name != "rarity"})
    with pytest.raises(ArtefactInvalid, match="do not fit"):
        Vocabulary.from_arrays(arrays | {"rarity": np.ones(1, np.float32)})


def test_fewer_directions_are_the_first_of_more() -> None:
    vocabulary = learn_vocabulary([{"rock": 1.0}, {"rock": 1.0}, {"jazz": 1.0}, {"jazz": 1.0}, {"folk": 1.0}, {"folk": 1.0}])

    fewer = vocabulary.led_by(2)

    told = Content([{"rock": 1.0}, {"folk": 1.0}], [50.0, 100.0])
    np.testing.assert_array_equal(fewer.features(told)[:, :2], vocabulary.features(told)[:, :2])
    assert fewer.features(told).shape == (2, fewer.width) == (2, 7)
