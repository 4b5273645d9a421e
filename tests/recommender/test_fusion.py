"""Lists are fused by rank: (21 / (21 + place)) times the weight of the question, added up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.pages.asking import Because, Candidate
from recommender.pages.fusion import Proposal, fuse
from recommender.ports.index import Hit


def proposal(source: str, *track_ids: str, weight: float = 1.0) -> Proposal:
    return Proposal(source, weight, Because(f"by {source}"), [Hit(track_id, 9.0, {"from": source}, {}) for track_id in track_ids])


def order(candidates: list[Candidate]) -> list[str]:
    return [candidate.track_id for candidate in candidates]


def test_one_list_keeps_its_order_and_its_first_counts_the_whole_weight() -> None:
    fused = fuse([proposal("audio", "b", "a", weight=2.0)])

    assert order(fused) == ["b", "a"]
    assert [candidate.score for candidate in fused] == pytest.approx([2.0, 2.0 * 21 / 22])


def test_a_track_in_two_lists_beats_the_first_of_either() -> None:
    fused = fuse([proposal("audio", "a", "both"), proposal("text", "t", "both")])

    assert order(fused) == ["both", "a", "t"]
    assert fused[0].parts == pytest.approx({"audio": 21 / 22, "text": 21 / 22})


def test_a_track_is_told_by_the_question_that_added_most() -> None:
    (both,) = fuse([proposal("audio", "a", weight=0.5), proposal("text", "a", weight=0.6)])

    assert (both.source, both.because.text, both.payload) == ("text", "by text", {"from": "text"})


def test_two_questions_of_one_source_add_up_as_one_part() -> None:
    (candidate,) = fuse([proposal("audio", "a", weight=0.5), proposal("audio", "a", weight=0.25)])

    assert candidate.parts == {"audio": 0.75}


def test_ties_are_broken_by_id() -> None:
    assert order(fuse([proposal("audio", "b"), proposal("text", "a")])) == ["a", "b"]


def test_nothing_proposed_is_nothing_found() -> None:
    assert fuse([]) == []
    assert fuse([proposal("audio")]) == []


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=4))
def test_every_proposed_track_is_found_once_and_scores_fall(lists: list[list[str]]) -> None:
    fused = fuse([proposal(f"source {place}", *listed) for place, listed in enumerate(lists)])

    scores = [candidate.score for candidate in fused]
    assert sorted(order(fused)) == sorted({track_id for listed in lists for track_id in listed})
    assert scores == sorted(scores, reverse=True)
    assert all(candidate.score == pytest.approx(sum(candidate.parts.values())) for candidate in fused)
