"""Vectors of two versions never share a slot."""

from dataclasses import replace

import pytest

from recommender.errors import Conflict, Unavailable
from recommender.serving import Serving
from recommender.versions import check_text_version, serve_first_audio, switch
from tests.fakes.stores import FakeServingStore


class Contended(FakeServingStore):
    """Another writer is faster a number of times."""

    left = 0

    def put(self, serving: Serving) -> Serving:
        if self.left:
            self.left -= 1
            super().put(self.get())
            raise Conflict("somebody was faster")
        return super().put(serving)


def test_the_first_audio_version_serves_and_a_later_one_does_not_take_its_place() -> None:
    store = FakeServingStore()

    serve_first_audio(store, "ear-1")
    serve_first_audio(store, "ear-2")

    assert (store.get().audio_slot, store.get().audio_version) == ("audio_a", "ear-1")


def test_the_first_text_version_is_noted_and_another_is_refused_by_name() -> None:
    store = FakeServingStore()
    check_text_version(store, "words-1")
    check_text_version(store, "words-1")

    with pytest.raises(Unavailable, match=r"words-1.*words-2"):
        check_text_version(store, "words-2")

    assert store.get().text_version == "words-1"


def test_a_switch_outlasts_faster_writers() -> None:
    store = Contended()
    store.left = 5

    served = switch(store, lambda now: replace(now, collab_version="v1"))

    assert served == store.get()
    assert served.collab_version == "v1"


def test_a_switch_that_never_gets_through_is_to_be_tried_later() -> None:
    store = Contended()
    store.left = 1000

    with pytest.raises(Unavailable) as raised:
        switch(store, lambda now: replace(now, collab_version="v1"))

    assert raised.value.code == "contended"


def test_a_switch_that_changes_nothing_writes_nothing() -> None:
    store = FakeServingStore()

    assert switch(store, lambda now: now).revision == 0


def test_swapping_twice_is_where_one_began_but_for_the_way_back() -> None:
    serving = Serving(collab_slot="collab_a", collab_version="v1", idle_collab="v2")

    swapped = serving.swapped()

    assert (swapped.collab_slot, swapped.collab_version, swapped.idle_collab, swapped.former_collab) == ("collab_b", "v2", "v1", "v1")
    assert replace(swapped.swapped(), former_collab=None) == serving
