"""Check a library: its files, its queues, and that catalog, index and objects know the same tracks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from embeddings.errors import EmbeddingError
from infra import wiring
from infra.local import environment, mending
from infra.local.client import ask
from infra.local.first_key import credential_in
from infra.local.http_client import HttpClient
from infra.local.lock import HomeLock, running_host
from infra.sqlite.salvage import is_damaged
from infra.sqlite_queues import SqliteQueues
from recommender.errors import InvalidInput, NotFound, SegueError, Unavailable
from recommender.intake.leftovers import leftovers
from recommender.manifest import DAMAGED
from recommender.ports.queues import Queue

_NAMED: Final = 3
_REBUILD: Final = "`segue doctor --rebuild` sets the index aside and makes it again from the catalogue, without hearing any music again"
_SALVAGE: Final = "put back a copy, or `segue doctor --salvage` sets the file aside and saves what can be read of it into a new one"
_REFIT: Final = (
    "`segue doctor --repair` puts it back where it is the configured one; otherwise `segue fit-audio --configured` moves the library"
)
_ADVICE: Final = {
    "index_failed": _REBUILD,
    "unknown_schema": _REBUILD,
    "other_schema": _REBUILD,
    "damaged_store": _SALVAGE,
    "damaged_serving": "`segue doctor --salvage --rebuild` forgets it and makes the index again; then `segue models promote VERSION`",
    "damaged_statistics": _REFIT,
    DAMAGED: "`segue models rollback` goes back to the version before, `segue train` makes a new one",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do where it is not well."""

    name: str
    is_well: bool
    found: str
    advice: str = ""


def examine(home: Path) -> list[Finding]:
    """Run every check that can be run; while a host has the index, counts stand in for names."""
    environment.prepare(home)
    host = running_host(home)
    try:
        findings = [_lock(home), _checked("statistics", _statistics), _checked("text model", _text_model), _checked("model", _model)]
        if host is not None and host.url is not None:
            findings.append(_checked("library", lambda: _compared_from_outside(host.url or "", home)))
        elif host is not None:
            return [*findings, Finding("library", is_well=True, found=f"not looked at: process {host.pid} is at work in it")]
        else:
            with HomeLock(home):
                findings += [*_files(), _checked("library", _compared), _checked("objects", _objects)]
        return [*findings, *(_checked(f"{queue.value} queue", partial(_dead_letters, queue)) for queue in _queues())]
    finally:
        wiring.reset()


def _checked(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (SegueError, EmbeddingError) as error:
        return Finding(name, is_well=False, found=str(error), advice=_advice(error))


def _advice(error: SegueError | EmbeddingError) -> str:
    code = error.code if isinstance(error, SegueError) else "damaged_statistics"
    return _ADVICE.get(code, "this has to be mended first: see what was found")


def _lock(home: Path) -> Finding:
    host = running_host(home)
    if host is None:
        return Finding("home", is_well=True, found=f"{home}, used by nobody now")
    return Finding("home", is_well=True, found=f"{home}, used by process {host.pid}" + (f" at {host.url}" if host.url else ""))


def _statistics() -> Finding:
    app = wiring.app()
    configured, served = app.hearer.version, app.stores.serving.get().audio_version
    if served is not None and app.extractors.statistics(served) is None:
        return Finding(
            "statistics", is_well=False, found=f"the statistics of audio version {served}, which serves, are gone", advice=_REFIT
        )
    if served in (None, configured):
        return Finding("statistics", is_well=True, found=f"audio version {configured}")
    moving = "`segue fit-audio --configured` moves the library to it, `segue fit-audio` fits another on the library"
    return Finding("statistics", is_well=True, found=f"audio version {served} serves, {configured} is configured: {moving}")


def _model() -> Finding:
    app = wiring.app()
    serving = app.stores.serving.get()
    if serving.collab_version is None:
        return Finding("model", is_well=True, found="no model version serves yet")
    app.models.verify(serving.collab_version)
    found = f"version {serving.collab_version} is whole"
    try:
        if serving.former_collab is not None:
            app.models.verify(serving.former_collab)
    except (NotFound, Unavailable) as error:
        found = f"{found}; there is no way back to the one before: {error}"
    return Finding("model", is_well=True, found=found)


def _text_model() -> Finding:
    return Finding("text model", is_well=True, found=f"text version {wiring.app().reader.version}")


def _compared() -> Finding:
    found = wiring.app().repair.differences()
    if found.none:
        return Finding("library", is_well=True, found=f"{found.tracks:,} tracks, each with its point in the index")
    told = (
        (found.missing, "tracks without a point"),
        (found.incomplete, "tracks that lack a vector"),
        (found.ghosts, "points without a track"),
        (found.stale, "points that say other things than the catalogue"),
    )
    parts = [f"{len(ids):,} {what} ({', '.join(ids[:_NAMED])}{', ...' if len(ids) > _NAMED else ''})" for ids, what in told if ids]
    return Finding("library", is_well=False, found="; ".join(parts), advice="`segue doctor --repair` makes the index follow the catalogue")


def _objects() -> Finding:
    app = wiring.app()
    waiting = app.stores.depths()
    pending = sum(count for name, count in waiting.items() if name.startswith(Queue.UPLOADS.value))
    if pending:
        return Finding(
            "objects", is_well=True, found=f"{pending:,} uploads wait to be heard, or among the dead letters: looked at when none do"
        )
    found = leftovers(app.stores.catalog, app.stores.objects, keep_audio=app.settings.keep_audio)
    unsent = f"{len(found.unsent):,} tracks wait to be read, or for audio that was never sent" if found.unsent else "nothing is left over"
    told = ((found.unheard, "uploads that nobody will hear"), (found.useless, "objects without a use"))
    parts = [f"{len(keys):,} {what} ({', '.join(keys[:_NAMED])}{', ...' if len(keys) > _NAMED else ''})" for keys, what in told if keys]
    if not parts:
        return Finding("objects", is_well=True, found=unsent)
    return Finding(
        "objects", is_well=False, found="; ".join(parts), advice="`segue doctor --repair` has them heard, and removes what has no use"
    )


def _files() -> list[Finding]:
    return [
        Finding(name, is_well=False, found=f"{path} is damaged", advice=_SALVAGE)
        for name, (path, _) in mending.sqlite_files().items()
        if is_damaged(path)
    ]


def _compared_from_outside(url: str, home: Path) -> Finding:
    with HttpClient(url, key=credential_in(home)) as client:
        stores = ask(client, "GET", "/health")["stores"]
    counts, points = stores["state"]["counts"], stores["index"]["counts"].get("points", 0)
    ready = counts.get("ready", 0) - counts.get("duplicates", 0)
    if ready == points:
        return Finding("library", is_well=True, found=f"{ready:,} tracks and as many points (counted by the running host)")
    found = f"{ready:,} tracks but {points:,} points"
    return Finding("library", is_well=False, found=found, advice="stop the host and run `segue doctor` again: it then names them")


def _dead_letters(queue: Queue) -> Finding:
    dead = _sqlite_queues().dead(queue)
    name = f"{queue.value} queue"
    if not dead:
        return Finding(name, is_well=True, found="no dead letters")
    reasons = ", ".join(dict.fromkeys(letter.reason for letter in dead[:_NAMED]))
    advice = "mend the cause, then `segue doctor --redrive` has them tried again"
    return Finding(name, is_well=False, found=f"{len(dead):,} dead letters: {reasons}", advice=advice)


def _queues() -> tuple[Queue, ...]:
    """Return the queues whose dead letters this machine keeps."""
    return tuple(Queue) if wiring.app().settings.queues_url.startswith("sqlite:") else ()


def _sqlite_queues() -> SqliteQueues:
    queues = wiring.app().stores.queues
    if not isinstance(queues, SqliteQueues):
        raise InvalidInput(f"QUEUES_URL={wiring.app().settings.queues_url!r} is no file of this machine", code="not_local")
    return queues
