"""What every store of the served versions and of receipts promises."""

from dataclasses import replace

import pytest

from recommender.errors import Conflict
from recommender.ports.stores import ReceiptStore, ServingStore
from recommender.serving import Serving


def test_what_is_served_starts_with_the_first_slots(serving: ServingStore) -> None:
    assert serving.get() == Serving()


def test_a_switch_is_seen_with_its_next_revision(serving: ServingStore) -> None:
    switched = replace(serving.get(), collab_slot="collab_b", collab_version="m2", former_collab="m1", audio_version="a1")

    written = serving.put(switched)

    assert written == replace(switched, revision=1)
    assert serving.get() == written


def test_the_second_of_two_switches_from_one_revision_conflicts(serving: ServingStore) -> None:
    start = serving.get()
    serving.put(replace(start, collab_version="m1"))

    with pytest.raises(Conflict):
        serving.put(replace(start, collab_version="m2"))

    assert serving.get().collab_version == "m1"


def test_a_receipt_comes_back_as_it_was_written(receipts: ReceiptStore) -> None:
    receipt = {"user": "ann", "removed": {"interactions": 3}, "done": True, "at": None}

    receipts.put("r1", receipt)

    assert receipts.get("r1") == receipt
    assert receipts.get("r2") is None
