"""Send audio files through the upload walk and follow each to its end, a bounded number at a time."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from infra.local.client import Client, Refused, ask
from infra.local.standings import Standing, Watch
from infra.local.walk import AudioFile

POLL_S: Final = 0.1
_PAUSES_S: Final = (0.2, 0.4, 0.8, 1.6)
_TEMPORARY: Final = frozenset({409, 429, 503})


class Outcome(StrEnum):
    """Name what became of a file."""

    HEARD = "heard"
    KNOWN = "known"
    SAME_AUDIO = "same_audio"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file, and why where it was not heard."""

    file: AudioFile
    outcome: Outcome
    track_id: str | None
    code: str = ""
    message: str = ""


def ingest_files(client: Client, files: Iterable[AudioFile], *, in_flight: int, senders: int = 4) -> Iterator[FileResult]:
    """Upload the files and yield each one's result as it comes; at most ``in_flight`` of them are under way at once.

    Raises
    ------
    Unavailable
        If nobody answers any more.
    """
    left = iter(files)
    sending: dict[Future[_Sent], AudioFile] = {}
    waiting: dict[str, list[AudioFile]] = defaultdict(list)
    watch = Watch(client, "uploads")
    with ThreadPoolExecutor(senders, thread_name_prefix="send") as pool:
        while True:
            while len(sending) + len(waiting) < in_flight and (file := next(left, None)):
                sending[pool.submit(_send, client, file)] = file
            if not sending and not waiting:
                return
            done, _ = wait(sending, timeout=POLL_S if waiting else None, return_when=FIRST_COMPLETED) if sending else (set(), None)
            for future in done:
                file, sent = sending.pop(future), future.result()
                watch.moved()
                if sent.result:
                    yield sent.result
                else:
                    waiting[sent.track_id].append(file)
            yield from _finished(watch, waiting)
            if not done:
                time.sleep(POLL_S)


@dataclass(frozen=True, slots=True)
class _Sent:
    track_id: str
    result: FileResult | None = None


def _send(client: Client, file: AudioFile) -> _Sent:
    try:
        body = {"filename": file.shown[-1024:], "sha256": _sha256(file)}
        begun = _patiently(lambda: ask(client, "POST", "/uploads", body=body))
        track_id: str = begun["track_id"]
        if begun.get("url"):
            _patiently(lambda: client.upload(begun, file.path))
        elif begun["status"] == "ready":
            return _Sent(track_id, FileResult(file, Outcome.KNOWN, track_id))
    except Refused as error:
        return _Sent("", FileResult(file, Outcome.REJECTED, None, error.code, error.message))
    except OSError as error:
        return _Sent("", FileResult(file, Outcome.FAILED, None, "unreadable", error.strerror or str(error)))
    return _Sent(track_id)


def _finished(watch: Watch, waiting: dict[str, list[AudioFile]]) -> Iterator[FileResult]:
    for asked, standing in watch.finished(waiting).items() if waiting else ():
        for number, file in enumerate(waiting.pop(asked)):
            yield _result(file, asked, standing, is_copy=number > 0)


def _result(file: AudioFile, asked: str, standing: Standing, *, is_copy: bool) -> FileResult:
    if standing.status == "ready":
        same = is_copy or standing.track_id != asked
        return FileResult(file, Outcome.SAME_AUDIO if same else Outcome.HEARD, standing.track_id)
    outcome = Outcome.REJECTED if standing.status == "rejected" else Outcome.FAILED
    return FileResult(file, outcome, standing.track_id, standing.code, standing.message or standing.status)


def _sha256(file: AudioFile) -> str:
    with file.path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _patiently(call: Callable[[], Any]) -> Any:
    for pause_s in _PAUSES_S:
        try:
            return call()
        except Refused as error:
            if error.answered not in _TEMPORARY:
                raise
            time.sleep(pause_s)
    return call()
