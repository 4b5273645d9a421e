"""Mend a library that nobody works in: the index from the catalogue, uploads that were forgotten, files that are damaged."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from infra import wiring
from infra.local import environment
from infra.local.lock import HomeLock
from infra.local.queue_event import upload_body
from infra.sqlite.salvage import Salvaged, is_damaged, salvage
from infra.sqlite.schema import QUEUES, STATE, Schema
from infra.sqlite_queues import SqliteQueues
from infra.wiring import App
from recommender.errors import InvalidInput, Unavailable
from recommender.intake.extractors import DAMAGED
from recommender.intake.leftovers import leftovers
from recommender.intake.repair import Repaired
from recommender.ports.queues import Queue
from recommender.versions import serve_first_audio


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

    Uploads that wait to be heard and have no message any more are announced again, objects without a use are removed, and the
    statistics that serve are put back where they are the configured ones.

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
            app = wiring.app()
            # A restored library may have brought back somebody who was erased; the list beside it knows.
            app.erasing.again(app.stores.erasure_list.read(), now=datetime.now(UTC))
            _put_back_statistics(app)
            _clear_up(app)
            return app.repair.run(progress=progress)
    finally:
        wiring.reset()


def save(home: Path) -> dict[str, Salvaged]:
    """Replace each damaged SQLite file by what can be read of it, and return what was saved, by the file's path.

    Raises
    ------
    Unavailable
        If a host, or another command, is at work in the home.
    """
    environment.prepare(home)
    try:
        with HomeLock(home):
            stamp = _stamp()
            damaged = {path: schema for path, schema in sqlite_files().values() if is_damaged(path)}
            return {str(path): salvage(path, schema, stamp=stamp) for path, schema in damaged.items()}
    finally:
        wiring.reset()


def sqlite_files() -> Mapping[str, tuple[Path, Schema]]:
    """Return the SQLite files of this process's configuration, with what they hold."""
    settings = wiring.app().settings
    urls = {"state": (settings.state_url, STATE), "queues": (settings.queues_url, QUEUES)}
    return {name: (Path(url.removeprefix("sqlite:")), schema) for name, (url, schema) in urls.items() if url.startswith("sqlite:")}


def _put_back_statistics(app: App) -> None:
    serving, configured = app.stores.serving.get(), app.hearer.version
    if serving.audio_version is None and app.stores.catalog.raws(after=None, limit=1):
        # What was served was lost: what was heard is placed as the configured statistics have it.
        app.extractors.keep(configured, app.hearer.statistics)
        serve_first_audio(app.stores.serving, configured)
    elif serving.audio_version == configured:
        try:
            app.extractors.statistics(configured)
        except Unavailable as error:
            if error.code != DAMAGED:
                raise
            app.extractors.replace(configured, app.hearer.statistics)
        else:
            app.extractors.keep(configured, app.hearer.statistics)


def _clear_up(app: App) -> None:
    depths = app.stores.depths()
    if any(count for name, count in depths.items() if name.startswith(Queue.UPLOADS.value)):
        return
    found = leftovers(app.stores.catalog, app.stores.objects, keep_audio=app.settings.keep_audio)
    for key in found.useless:
        app.stores.objects.delete(key)
    for key in found.unheard:
        body = upload_body(key, size=app.stores.objects.size(key) or 0, etag="", now=datetime.now(UTC))
        app.stores.queues.send(Queue.UPLOADS, [body])


def _set_aside(index_url: str) -> None:
    scheme, _, place = index_url.partition(":")
    folder = Path(place)
    if scheme != "edge":
        raise InvalidInput(f"{index_url} is no folder: delete its collection there, then repair", code="not_local")
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.{_stamp()}.old"))


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
