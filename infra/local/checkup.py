"""Check a library: its files, its queues, and that catalog and index know the same tracks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from embeddings.errors import EmbeddingError
from infra import wiring
from infra.local import environment
from infra.local.client import ask
from infra.local.http_client import HttpClient
from infra.local.lock import HomeLock, running_host
from infra.sqlite_queues import SqliteQueues
from recommender.duplicates import is_original
from recommender.errors import SegueError
from recommender.filters import Where
from recommender.ports.queues import Queue

if TYPE_CHECKING:
    from infra.stores import Stores

_PAGE: Final = 1000
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
            return [*findings, _checked("library", lambda: _compared_from_outside(host.url or "")), *_dead_letters()]
        if host is not None:
            return [*findings, Finding("library", is_well=True, found=f"not looked at: process {host.pid} is at work in it")]
        with HomeLock(home):
            return [*findings, _checked("library", lambda: _compared(wiring.app().stores)), *_dead_letters()]
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


def _checked(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (SegueError, EmbeddingError) as error:
        return Finding(name, is_well=False, found=str(error), advice="this has to be mended first: see what was found")


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


def _compared(stores: "Stores") -> Finding:
    listed = _listed(stores)
    placed = _placed(stores)
    missing, ghosts = sorted(listed - placed), sorted(placed - listed)
    if not missing and not ghosts:
        return Finding("library", is_well=True, found=f"{len(listed):,} tracks, each with its point in the index")
    parts = [
        f"{len(ids):,} {what} ({', '.join(ids[:_NAMED])}{', ...' if len(ids) > _NAMED else ''})"
        for ids, what in ((missing, "tracks without a point"), (ghosts, "points without a track"))
        if ids
    ]
    return Finding(
        "library", is_well=False, found="; ".join(parts), advice="delete these (DELETE /tracks/ID), then ingest their files again"
    )


def _listed(stores: "Stores") -> set[str]:
    listed: set[str] = set()
    after = None
    while page := stores.catalog.scroll(after=after, limit=_PAGE):
        listed.update(track.track_id for track in page if is_original(track))
        after = page[-1].track_id
    return listed


def _placed(stores: "Stores") -> set[str]:
    placed: set[str] = set()
    after = None
    while True:
        page = stores.index.scroll(where=Where(), limit=_PAGE, after=after)
        placed.update(point.track_id for point in page.points)
        if page.after is None:
            return placed
        after = page.after


def _compared_from_outside(url: str) -> Finding:
    with HttpClient(url) as client:
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
