"""The whole API, called by its own description: no fault, every answer as described, and what it accepted is done by its functions."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions.openapi import document
from recommender.ports.queues import Queue
from recommender.trust.credentials import Scope
from tests.fuzz.calls import call_everything
from tests.fuzz.library import furnish
from tests.walks import Walk, embedded


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """A stack on which every call needs a key, and one that opens everything."""
    monkeypatch.setenv("API_KEYS", "required")
    with embedded(tmp_path / "home") as walk:
        walk.key = walk.app.access.mint("fuzz", [Scope.ADMIN], now=datetime.now(UTC), per_second=1e6, burst=10**6)[1]
        yield walk


def _calls() -> set[str]:
    return {f"{method.upper()} {path}" for path, methods in document()["paths"].items() for method in methods}


def test_every_answer_is_as_the_description_says_and_every_message_behind_it_is_taken(guarded: Walk) -> None:
    names = furnish(guarded)

    told = call_everything(guarded.key or "", names, examples=3, is_short=True)

    assert [str(finding) for finding in told.findings.values()] + told.faults == []
    assert told.requests > 1_000
    # the description itself is read, not called
    assert told.answered.keys() - {"stateful"} == _calls() - {"GET /openapi.json"}
    # what is told of a user waits for an erasure of them, so erasures come first
    assert {queue: guarded.drain(queue) for queue in sorted(Queue, key=lambda queue: queue is not Queue.ERASURES)} == dict.fromkeys(
        Queue, 0
    )
    assert all(dead == 0 for name, dead in guarded.app.stores.depths().items() if "dead" in name)
