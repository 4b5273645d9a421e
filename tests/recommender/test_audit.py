"""A chain of entries holds only as it was written."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.trust.audit import START, Act, Entry, sealed, subject_of, verify

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(length):
        act = Act(at=NOON, actor="key1", action=f"act {number}", subject=None)
        entries.append(sealed(act, after=entries[-1] if entries else None))
    return entries


def test_an_empty_chain_holds() -> None:
    verdict = verify([])

    assert (verdict.entries, verdict.head, verdict.broken) == (0, START, None)


@given(length=st.integers(1, 12), at=st.integers(0, 11), field=st.sampled_from(["actor", "action", "subject", "outcome"]))
def test_whatever_is_changed_in_an_entry_is_found_at_that_entry(length: int, at: int, field: str) -> None:
    entries = chain(length)
    place = at % length
    entries[place] = replace(entries[place], act=replace(entries[place].act, **{field: "somebody else"}))

    verdict = verify(entries)

    assert verdict.broken == place + 1
    assert verdict.entries == place


def test_an_entry_that_was_taken_out_is_missed() -> None:
    entries = chain(5)

    verdict = verify(entries[:2] + entries[3:])

    assert verdict.broken == 3
    assert "entry 3 is missing" in str(verdict.reason)


def test_an_entry_that_was_sealed_again_after_a_change_breaks_the_next_one() -> None:
    entries = chain(3)
    forged = sealed(replace(entries[1].act, actor="somebody else"), after=entries[0])

    verdict = verify([entries[0], forged, entries[2]])

    assert verdict.broken == 3


@pytest.mark.parametrize("user", ["ann", "", "ö" * 80])
def test_a_subject_tells_users_apart_and_does_not_hold_the_pseudonym(user: str) -> None:
    subject = subject_of(user)

    assert subject == subject_of(user)
    assert subject != subject_of(user + "x")
    assert not user or user not in subject


@given(length=st.integers(2, 12), one=st.integers(0, 11), other=st.integers(0, 11))
def test_entries_in_another_order_are_found(length: int, one: int, other: int) -> None:
    entries = chain(length)
    first, second = sorted((one % length, other % length))
    entries[first], entries[second] = entries[second], entries[first]

    assert verify(entries).broken == (None if first == second else first + 1)


def test_an_entry_that_was_put_in_between_is_found() -> None:
    entries = chain(4)
    forged = sealed(Act(at=NOON, actor="key1", action="never done"), after=entries[1])

    assert verify([*entries[:2], forged, *entries[2:]]).broken == 4
