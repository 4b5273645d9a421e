"""Batches hold each sentence once, and what ends early is masked."""

from hypothesis import given
from hypothesis import strategies as st

from embeddings.text.padding import batches_by_length, padded


def test_a_batch_is_as_wide_as_its_longest_sentence() -> None:
    ids, mask = padded([[5, 6, 7], [8]])

    assert ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


def test_the_longest_come_first_and_equals_keep_their_order() -> None:
    batches = [places.tolist() for places in batches_by_length([2, 9, 2, 5], size=2)]

    assert batches == [[1, 3], [0, 2]]


@given(st.lists(st.integers(1, 256)), st.integers(1, 40))
def test_every_sentence_is_in_one_batch_and_no_batch_is_too_large(lengths: list[int], size: int) -> None:
    batches = [places.tolist() for places in batches_by_length(lengths, size=size)]

    assert sorted(place for places in batches for place in places) == list(range(len(lengths)))
    assert all(1 <= len(places) <= size for places in batches)
