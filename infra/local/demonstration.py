"""Fill a library with the demo: write its files, ingest them by the upload walk, and post its listeners' plays."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.demo.catalogue import demo_tracks
from infra.demo.files import write_demo
from infra.demo.listeners import demo_listeners
from infra.local.client import Client, ask
from infra.local.ingesting import ingest_files
from infra.local.progress import progress
from infra.local.walk import AudioFile
from recommender.errors import SegueError

if TYPE_CHECKING:
    from infra.demo.listeners import DemoListen

BATCH: Final = 500
LISTENER: Final = "ada"
_DONE: Final = "complete"


def is_wanted(client: Client, home: Path) -> bool:
    """Tell whether the library is empty, or was being filled with the demo when something stopped it."""
    folder = home / "demo"
    if folder.exists():
        return not (folder / _DONE).exists()
    return not sum(ask(client, "GET", "/health")["stores"]["state"]["counts"].values())


def fill(client: Client, home: Path, *, shown: bool) -> tuple[int, int]:
    """Fill the library and return how many tracks and interactions went in; what is there already stays.

    Raises
    ------
    SegueError
        If a demo track is not taken, naming it.
    """
    folder = home / "demo"
    tracks = demo_tracks()
    paths: list[Path] = []

    def composed() -> Iterator[AudioFile]:
        for path in write_demo(folder, tracks=tracks):
            paths.append(path)
            yield AudioFile(path, path.relative_to(home).as_posix())

    ids: dict[Path, str] = {}
    with progress("making and hearing the demo", len(tracks), shown=shown) as step:
        for result in ingest_files(client, composed(), in_flight=6):
            if result.code or result.track_id is None:
                raise SegueError(f"{result.file.path.name!r} was not taken: {result.message}")
            ids[result.file.path] = result.track_id
            step()
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)  # so that a second filling tells the same acts
    listens = demo_listeners(tracks, now=midnight)
    _listen(client, listens, [ids[path] for path in paths])
    (folder / _DONE).touch()
    return len(ids), len(listens)


def _listen(client: Client, listens: "Sequence[DemoListen]", ids: Sequence[str]) -> None:
    entries = [
        {
            "user_id": listen.user_id,
            "track_id": ids[listen.track],
            "kind": listen.kind,
            "at": listen.at.isoformat(),
            **({} if listen.heard_ms is None else {"heard_ms": listen.heard_ms}),
        }
        for listen in listens
    ]
    for start in range(0, len(entries), BATCH):
        answer = ask(client, "POST", "/interactions", body={"interactions": entries[start : start + BATCH]})
        for rejected in answer["rejected"]:
            raise SegueError(f"interaction {start + rejected['index']} was not taken: {rejected['message']}")
