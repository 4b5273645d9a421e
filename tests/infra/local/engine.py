"""A small engine that answers the command line's calls: it hears text files, whose content says what becomes of them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.local.client import Answer, Query


class SmallEngine:
    """Hear ``refuse...`` as broken, ``lose`` never, equal content as the same audio, and everything else at the next question."""

    def __init__(self, *, busy_answers: int = 0) -> None:
        self.known: dict[str, str] = {}
        self.statuses: dict[str, tuple[str, str]] = {}
        self.contents: dict[str, str] = {}
        self.described: dict[str, dict[str, Any]] = {}
        self.uploaded: list[str] = []
        self.most_under_way = 0
        self._busy_answers = busy_answers
        self._hashes: dict[str, str] = {}

    def call(self, method: str, path: str, *, query: Query | None = None, body: Any = None) -> Answer:  # noqa: ARG002 - a client's signature
        """Answer one call."""
        if self._busy_answers and path == "/uploads":
            self._busy_answers -= 1
            return Answer(503, {"error": {"code": "unavailable", "message": "busy"}})
        answers = {"/uploads": self._begin, "/tracks/status": self._standings, "/tracks": self._describe, "/health": self._health}
        return answers[path](body)

    def upload(self, target: Mapping[str, Any], path: Path) -> None:
        """Take a file; it is heard when its track is asked for."""
        self.contents[target["track_id"]] = path.read_text(encoding="utf-8")
        self.uploaded.append(path.name)
        self.most_under_way = max(self.most_under_way, sum(status == "queued" for status, _ in self.statuses.values()))

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:  # noqa: ARG002 - a client's signature
        """Invoke nothing: no test asks for it."""
        raise KeyError(function)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def _begin(self, body: Mapping[str, Any]) -> Answer:
        if body["filename"].endswith("bad name.wav"):
            return Answer(422, {"error": {"code": "invalid_filename", "message": "names no file", "field": "filename"}})
        if body["sha256"] in self.known:
            track_id = self.known[body["sha256"]]
            return Answer(200, {"track_id": track_id, "status": self.statuses[track_id][0], "url": None})
        track_id = f"t{len(self.statuses)}"
        self.statuses[track_id] = ("queued", track_id)
        self._hashes[track_id] = body["sha256"]
        return Answer(201, {"track_id": track_id, "status": "queued", "url": "/put", "method": "PUT", "headers": {}})

    def _standings(self, body: Mapping[str, Any]) -> Answer:
        return Answer(200, {"items": [self._standing(track_id) for track_id in body["track_ids"]]})

    def _standing(self, track_id: str) -> dict[str, Any]:
        if track_id in self.described:
            return {"track_id": track_id, "status": "ready", "reason": None}
        content = self.contents.get(track_id, "lose")
        if self.statuses[track_id][0] == "queued" and content != "lose":
            self._hear(track_id, content)
        status, actual = self.statuses[track_id]
        reason = {"code": "silent", "message": "nothing is heard"} if status == "rejected" else None
        return {"track_id": actual, "status": status, "reason": reason}

    def _hear(self, track_id: str, content: str) -> None:
        twin = next((other for other, said in self.contents.items() if said.strip() == content.strip()), track_id)
        self.statuses[track_id] = ("rejected" if content.startswith("refuse") else "ready", twin)
        self.known[self._hashes[track_id]] = twin

    def _describe(self, body: Mapping[str, Any]) -> Answer:
        rejected = []
        for index, entry in enumerate(body["tracks"]):
            if "title" in entry:
                self.described[entry["track_id"]] = entry
            else:
                rejected.append({"index": index, "code": "missing", "message": "title: Field required"})
        return Answer(202, {"accepted": len(body["tracks"]) - len(rejected), "rejected": rejected})

    def _health(self, _body: object) -> Answer:
        return Answer(200, {"stores": {"queues": {"counts": {"uploads_waiting": 0, "uploads_in_flight": 0}}}})


def sha256(text: str) -> str:
    """Return the hash of a text file's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()
