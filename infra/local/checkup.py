"""Check a library: its files, its queues, and that catalog and index know the same tracks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from embeddings.errors import EmbeddingError
from infra import wiring
from infra.local import environment
from infra.local.client import ask
from infra.local.first_key import credential_in
from infra.local.http_client import HttpClient
from infra.local.lock import HomeLock, running_host
from infra.sqlite_queues import SqliteQueues
from recommender.errors import InvalidInput, SegueError
from recommender.intake.repair import Repaired
from recommender.ports.queues import Queue

_NAMED: Final = 3


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
        findings = [_lock(home), _checked("statistics", _statistics), _checked("text model", _text_model)]
        if host is not None and host.url is not None:
            return [*findings, _checked("library", lambda: _compared_from_outside(host.url or "", home)), *_dead_letters()]
        if host is not None:
            return [*findings, Finding("library", is_well=True, found=f"not looked at: process {host.pid} is at work in it")]
        with HomeLock(home):
            return [*findings, _checked("library", _compared), *_dead_letters()]
    finally:
        wiring.reset()


def redrive(home: Path) -> int:
    """Return all dead letters to their queues and say how many they were."""
    environment.prepare(home)
    try:
        queues = wiring.app().stores.queues
        return sum(queues.redrive(queue) for queue in Queue) if isinstance(queues, SqliteQueues) else 0
    finally:
        wiring.reset()


def repair(home: Path, *, rebuild: bool, progress: Callable[[int, int], None] | None = None) -> Repaired:
    """Make the index follow the catalogue; with ``rebuild`` from nothing, the old index folder set aside first.

    Raises
    ------
    Unavailable
        If a host, or another command, is at work in the home.
    """
    environment.prepare(home)
    try:
        with HomeLock(home):
            if rebuild:
                _set_aside(wiring.app().settings.vector_index_url)
            return wiring.app().repair.run(progress=progress)
    finally:
        wiring.reset()


def _set_aside(index_url: str) -> None:
    scheme, _, place = index_url.partition(":")
    folder = Path(place)
    if scheme != "edge":
        raise InvalidInput(f"{index_url} is no folder: delete its collection there, then repair", code="not_local")
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.{datetime.now(UTC):%Y%m%dT%H%M%S}.old"))


def _checked(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (SegueError, EmbeddingError) as error:
        return Finding(name, is_well=False, found=str(error), advice=_advice(error))


def _advice(error: SegueError | EmbeddingError) -> str:
    if isinstance(error, SegueError) and error.code in {"index_failed", "unknown_schema", "other_schema"}:
        return "`segue doctor --rebuild` sets the index aside and makes it again from the catalogue, without hearing any music again"
    return "this has to be mended first: see what was found"


def _lock(home: Path) -> Finding:
    host = running_host(home)
    if host is None:
        return Finding("home", is_well=True, found=f"{home}, used by nobody now")
    return Finding("home", is_well=True, found=f"{home}, used by process {host.pid}" + (f" at {host.url}" if host.url else ""))


def _statistics() -> Finding:
    app = wiring.app()
    configured, served = app.hearer.version, app.stores.serving.get().audio_version
    if served in (None, configured):
        return Finding("statistics", is_well=True, found=f"audio version {configured}")
    moving = "`segue fit-audio --configured` moves the library to it, `segue fit-audio` fits another on the library"
    return Finding("statistics", is_well=True, found=f"audio version {served} serves, {configured} is configured: {moving}")


def _text_model() -> Finding:
    return Finding("text model", is_well=True, found=f"text version {wiring.app().reader.version}")


def _compared() -> Finding:
    found = wiring.app().repair.differences()
    if found.none:
        return Finding("library", is_well=True, found=f"{found.tracks:,} tracks, each with its point in the index")
    told = (
        (found.missing, "tracks without a point"),
        (found.incomplete, "points that lack a vector"),
        (found.ghosts, "points without a track"),
    )
    parts = [f"{len(ids):,} {what} ({', '.join(ids[:_NAMED])}{', ...' if len(ids) > _NAMED else ''})" for ids, what in told if ids]
    return Finding("library", is_well=False, found="; ".join(parts), advice="`segue doctor --repair` makes the index follow the catalogue")


def _compared_from_outside(url: str, home: Path) -> Finding:
    with HttpClient(url, key=credential_in(home)) as client:
        stores = ask(client, "GET", "/health")["stores"]
    counts, points = stores["state"]["counts"], stores["index"]["counts"].get("points", 0)
    ready = counts.get("ready", 0) - counts.get("duplicates", 0)
    if ready == points:
        return Finding("library", is_well=True, found=f"{ready:,} tracks and as many points (counted by the running host)")
    found = f"{ready:,} tracks but {points:,} points"
    return Finding("library", is_well=False, found=found, advice="stop the host and run `segue doctor` again: it then names them")


def _dead_letters() -> list[Finding]:
    queues = wiring.app().stores.queues
    if not isinstance(queues, SqliteQueues):
        return []
    findings = []
    for queue in Queue:
        dead = queues.dead(queue)
        reasons = ", ".join(dict.fromkeys(letter.reason for letter in dead[:_NAMED]))
        advice = "mend the cause, then `segue doctor --redrive` has them tried again"
        name = f"{queue.value} queue"
        findings.append(
            Finding(name, is_well=False, found=f"{len(dead):,} dead letters: {reasons}", advice=advice)
            if dead
            else Finding(name, is_well=True, found="no dead letters")
        )
    return findings
