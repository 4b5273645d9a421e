"""Call the whole API by its own description, with all that it allows and much that it does not, and check every answer."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError
from schemathesis.engine import Status, events, from_schema
from schemathesis.generation import GenerationMode
from schemathesis.hooks import unregister
from schemathesis.openapi.checks import RejectedPositiveData

from infra.local.invoker import Invoker
from infra.local.server import HostApplication
from infra.local.template import read_plan
from infra.local.uploads import UploadDoor
from infra.wiring import app
from tests.fuzz.library import Names

# What a request of the right shape may still be refused for, since a schema cannot say it.
BY_WHAT_IS_THERE: Final = frozenset({"no_vector", "unknown_seed", "unknown_track", "same_track", "refused_version"})
BY_ITS_OTHER_FIELDS: Final = frozenset({"missing_seed", "weights_mismatch", "other_seeds"})
BY_ITS_WORDS: Final = frozenset({"invalid_cursor", "expired_cursor", "invalid_query", "invalid_filename"})
# Served again as soon as a queue is drained, which nobody does while a run lasts.
_PASSING: Final = frozenset({"erasure_under_way"})
# These take the same filters as recommendations and radio do; a short run tries each filter at its bounds there alone.
_FILTERED_ALIKE: Final = ("GET /path", "GET /search", "GET /tracks/{track_id}/similar", "POST /playlists/continue", "GET /radio")
_REFUSALS: Final = BY_WHAT_IS_THERE | BY_ITS_OTHER_FIELDS | BY_ITS_WORDS


@dataclass(frozen=True)
class Finding:
    """One answer that breaks the description."""

    call: str
    check: str
    what: str
    request: str
    answer: str

    def __str__(self) -> str:
        """Return it for a person to read, and to repeat."""
        return f"{self.call} breaks {self.check}: {self.what}\n    {self.request}\n    {self.answer}"


@dataclass
class Told:
    """What a run of calls came to."""

    requests: int = 0
    answered: dict[str, Counter[int]] = field(default_factory=dict)
    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, label: str, recorder: Any) -> None:
        """Count a scenario."""
        for interaction in recorder.interactions.values():
            if interaction.response is not None:
                self.requests += 1
                self.answered.setdefault(label, Counter())[interaction.response.status_code] += 1
        for case_id, checks in recorder.checks.items():
            for check in checks:
                if check.status is Status.FAILURE:
                    failure, sent = check.failure_info.failure, check.failure_info.code_sample
                    answer = recorder.interactions[failure.case_id or case_id].response
                    found = Finding(failure.operation, check.name, f"{failure.title}: {failure.message}", sent, answer.text[:300])
                    self.findings.setdefault((failure.operation, check.name, failure.title), found)


def call_everything(key: str, names: Names, *, examples: int, seed: int = 1, is_short: bool = False) -> Told:
    """Call every operation of this process's app by its description, through the local host's own HTTP side.

    Parameters
    ----------
    key
        An administrator's.
    names
        What the calls may name, beside what is drawn.
    examples
        Drawn requests for each operation, beside those that the description enumerates.
    is_short
        Whether filters are tried at their bounds in one call alone.
    """
    told = Told()
    with ThreadPoolExecutor(1) as pool:
        stores = app().stores
        # the door of uploads is no call of the API: its signatures have tests of their own
        application = HostApplication(read_plan(), Invoker(), UploadDoor(stores.objects, stores.queues, pool), pool)
        config = SchemathesisConfig.from_dict(_configuration(key, names, examples, seed, is_short=is_short))
        schema = schemathesis.openapi.from_asgi("/openapi.json", application, config=config)
        schema.hook("filter_failure")(_is_a_finding)
        with _naming(names):
            for event in from_schema(schema).execute():
                if isinstance(event, events.ScenarioFinished):
                    told.add(event.label or "stateful", event.recorder)
                if isinstance(event, events.NonFatalError):
                    told.faults.append(f"{event.label}: {event.value!r}")
                if isinstance(event, events.FatalError):
                    raise event.exception
    return told


@contextmanager
def _naming(names: Names) -> Iterator[None]:
    naming = _Naming(names)

    def before_call(_context: object, case: Any, _arguments: object) -> None:
        naming.name(case)

    schemathesis.hook(before_call)
    try:
        yield
    finally:
        unregister(before_call)


class _Naming:
    """Name what is there in every second request that is right, so that it is answered and not only refused."""

    def __init__(self, names: Names) -> None:
        self._names, self._count = names, 0

    def name(self, case: Any) -> None:
        """Put names into the request, in place of drawn ones."""
        self._count += 1
        if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE or self._count % 2:
            return
        query, body = case.query or {}, case.body
        track, other = (self._names.tracks[(self._count + step) % len(self._names.tracks)] for step in (0, 5))
        told = {"from": track, "to": other, "seed_tracks": track, "user_id": self._names.users[self._count % len(self._names.users)]}
        query.update({name: value for name, value in told.items() if name in query})
        if case.operation.path == "/radio":
            query |= {"seed_genres": self._names.genres[0], "seed_genre_weights": ""}
        if isinstance(body, dict) and "track_ids" in body:
            body["track_ids"] = [track, other]


def _is_a_finding(_context: object, failure: Failure, _case: object, response: Any) -> bool:
    """Let pass what is right, and what a check cannot know to be right."""
    told = response.json() if "json" in response.headers.get("content-type", [""])[0] else {}
    code = told.get("error", {}).get("code")
    if isinstance(failure, ServerError):
        return code not in _PASSING
    if isinstance(failure, RejectedPositiveData):
        return code not in _REFUSALS
    if isinstance(failure, AcceptedNegativeData):
        return not told.get("rejected")  # a batch is taken, and its bad entries are refused one by one
    return True


def _configuration(key: str, names: Names, examples: int, seed: int, *, is_short: bool) -> dict[str, Any]:
    lists = {
        "tracks": [*names.tracks, "t 1/2"],
        "users": [*names.users, "nobody"],
        "versions": [*names.versions, "none"],
        "artists": list(names.artists),
        "genres": list(names.genres),
    }
    return {
        "seed": seed,
        "headers": {"Authorization": f"Bearer {key}"},
        "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
        "operations": [{"include-name": name, "phases": {"coverage": {"enabled": False}}} for name in _FILTERED_ALIKE if is_short],
        "dictionaries": {name: {"values": values} for name, values in lists.items()},
        "parameters": {
            "path.track_id": {"dictionary": "tracks", "probability": 0.5},
            "path.user_id": {"dictionary": "users", "probability": 0.5},
            "path.version": {"dictionary": "versions", "probability": 0.5},
            "query.from": {"dictionary": "tracks", "probability": 0.7},
            "query.to": {"dictionary": "tracks", "probability": 0.7},
            "query.user_id": {"dictionary": "users", "probability": 0.5},
            "body.user_id": {"dictionary": "users", "probability": 0.5},
            "body.track_ids[*]": {"dictionary": "tracks", "probability": 0.5},
            "body.interactions[*].track_id": {"dictionary": "tracks", "probability": 0.8},
            "body.interactions[*].user_id": {"dictionary": "users", "probability": 0.8},
        },
    }
