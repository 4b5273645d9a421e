"""Damaged files: each is named, with what to do; that is then done, and the library is well again."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.faults import remains
from benchmarks.faults.host import Dead, FaultyHost, code_of, segue
from benchmarks.faults.library import TRACKS, copy_of, name_of, send
from benchmarks.faults.sounds import sound
from benchmarks.faults.training import expect_pages
from benchmarks.faults.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Damage:
    """A file to damage.

    Attributes
    ----------
    hurt
        Damages it in a home at rest and returns what has to be named: part of its path.
    mending
        Commands that mend it; each of their options has to be in the doctor's advice.
    is_served
        Whether a host of the damaged home has to start, and to answer pages.
    """

    name: str
    hurt: Callable[[Path], str]
    mending: Sequence[tuple[str, ...]]
    is_served: bool = False


def damage_files(first: Path, work: Path, environment: Mapping[str, str]) -> list[Verdict]:
    """Damage one file after the other, each in a home of its own."""
    return [_damaged(one, copy_of(first, f"damaged-{number}"), work, environment) for number, one in enumerate(_damages())]


def _damages() -> list[Damage]:
    rebuild = [("doctor", "--rebuild")]
    salvage = [("doctor", "--salvage")]
    return [
        Damage(
            "statistics of the served audio version", _truncate("objects/audio/**/statistics.npz"), [("doctor", "--repair")], is_served=True
        ),
        Damage("folding of the served model version", _flip_served("folding.npz"), [("models", "rollback")]),
        Damage("manifest of the served model version", _flip_served("manifest.json"), [("models", "rollback")]),
        Damage("schema of the index", _truncate("index/schema.json"), rebuild),
        Damage("configuration of the index", _truncate("index/points/edge_config.json"), rebuild),
        Damage("segments of the index", _truncate("index/points/segments/**/*.mmap", "index/points/segments/**/*.dat"), rebuild),
        Damage("the whole index folder", _remove_index, [("doctor", "--repair")]),
        Damage("pages of the state file", _scribble("state.db"), salvage),
        Damage("the whole queue file", _overwrite("queues.db"), salvage),
        Damage(
            "what is served, in the state file", _tear_serving, [("doctor", "--salvage", "--rebuild"), ("models", "promote", "{newest}")]
        ),
        Damage("memory of schedules", _overwrite("schedules.json"), [], is_served=True),
    ]


def _damaged(damage: Damage, home: Path, work: Path, environment: Mapping[str, str]) -> Verdict:
    """Return what came of a damage, also where a host that should be well does not come up or answer."""
    verdict = Verdict(f"damaged: {damage.name}", times=1)
    try:
        _damage_and_mend(damage, home, work, environment, verdict)
    except Dead as words:
        verdict.complaints.append(str(words)[-600:])
    return verdict


def _damage_and_mend(damage: Damage, home: Path, work: Path, environment: Mapping[str, str], verdict: Verdict) -> None:
    newest = _newest(home, environment)
    named = damage.hurt(home)
    if damage.mending:
        found = segue(home, "doctor", environment=environment)
        said = " ".join((found.stdout + found.stderr).split())
        verdict.same("the doctor's exit status", found.returncode, 1)
        verdict.expect(named in said and "Traceback" not in said, f"the doctor does not name {named}: {said[-600:]}")
        for option in (part for command in damage.mending for part in command if not part.startswith("{")):
            verdict.expect(option in said, f"the doctor does not advise {option}: {said[-600:]}")
    _expect_honest_host(damage, home, named, environment, verdict)
    for command in damage.mending:
        done = segue(home, *(part.format(newest=newest) for part in command), environment=environment)
        verdict.expect(done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}: {(done.stdout + done.stderr)[-600:]}")
    _expect_well(home, work, environment, verdict)
    mended = f"named; {' and '.join(' '.join(one) for one in damage.mending)}".format(newest="VERSION")
    verdict.checked.append(f"{mended if damage.mending else 'forgotten, and a host starts'}; then all tracks, pages and a new upload")


def _expect_honest_host(damage: Damage, home: Path, named: str, environment: Mapping[str, str], verdict: Verdict) -> None:
    """A host of a damaged home refuses to start and says why, or answers without a fault that it does not name."""
    host = FaultyHost(home, environment=environment)
    try:
        host.start()
    except Dead as words:
        verdict.expect(not damage.is_served and named in str(words), f"the host ended, for {named}: {str(words)[-400:]}")
        verdict.expect("Traceback" not in str(words), f"the host ended by a fault: {str(words)[-400:]}")
        return
    answers = [
        host.call("GET", path)
        for path in ("/health", "/models", f"/users/{name_of(1)}/recommendations", "/search?q=sound", f"/users/{name_of(1)}/taste")
    ]
    answers.append(host.call("POST", "/models/rollback") if damage.is_served else None)
    told = [code_of(answer) for answer in answers if answer is not None and answer.status_code == 503]
    verdict.expect(not damage.is_served or not told, f"refused: {told}")
    verdict.complaints += host.wrong
    host.end()


def _expect_well(home: Path, work: Path, environment: Mapping[str, str], verdict: Verdict) -> None:
    """The doctor finds nothing, every track has what it should have, pages are answered and an upload is heard."""
    host = FaultyHost(home, environment=environment).start()
    expect_pages(host, verdict)
    track_id = send(host, sound(work / "mended.wav", 903), title="Sound 903")
    verdict.expect(host.settle(), "the queues did not run empty")
    verdict.same("status of a new upload", host.get(f"/tracks/{track_id}")["status"], "ready")
    verdict.same("points", host.counts()["index"]["points"], TRACKS + 1)
    verdict.complaints += host.wrong
    host.end()
    with remains.opened(home, environment) as app:
        verdict.same("tracks", remains.expect_whole_tracks(app, verdict, known_absent=set()), TRACKS + 1)
        remains.expect_whole_versions(app, verdict, former=False)
    found = segue(home, "doctor", environment=environment)
    verdict.expect(found.returncode == 0, f"the doctor finds after mending: {found.stdout[-600:]}")


def _truncate(*patterns: str) -> Callable[[Path], str]:
    def hurt(home: Path) -> str:
        files = sorted(path for pattern in patterns for path in home.glob(pattern) if path.stat().st_size > 0)
        for path in files:
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size // 3)
        inside = files[0].relative_to(home)
        return str(home / inside.parts[0]) if inside.parts[0] == "index" else inside.name

    return hurt


def _flip_served(name: str) -> Callable[[Path], str]:
    def hurt(home: Path) -> str:
        ((version,),) = remains.rows(home / "state.db", "SELECT json_extract(body, '$.collab_version') FROM serving")
        path = home / "objects" / "models" / str(version) / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
        return name

    return hurt


def _scribble(name: str) -> Callable[[Path], str]:
    def hurt(home: Path) -> str:
        """Overwrite a page of the indexes that listeners are found by: the log can be read around it."""
        path = home / name
        ((root, size),) = remains.rows(
            path, "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master WHERE name = 'interactions_by_user'"
        )
        with path.open("r+b") as file:
            file.seek((int(str(root)) - 1) * int(str(size)))
            file.write(np.random.default_rng(7).bytes(int(str(size))))
        return str(path)

    return hurt


def _overwrite(name: str) -> Callable[[Path], str]:
    def hurt(home: Path) -> str:
        path = home / name
        path.write_bytes(np.random.default_rng(8).bytes(max(4096, path.stat().st_size if path.exists() else 0)))
        return str(path)

    return hurt


def _remove_index(home: Path) -> str:
    (home / "index").rename(home / "lost")
    return f"{TRACKS} tracks without a point"


def _tear_serving(home: Path) -> str:
    with closing(sqlite3.connect(home / "state.db")) as connection, connection:
        connection.execute("UPDATE serving SET body = substr(body, 1, 20)")
    return str(home / "state.db")


def _newest(home: Path, environment: Mapping[str, str]) -> str:
    with remains.opened(home, environment) as app:
        return next(manifest.version for manifest in app.models.manifests() if manifest.published)
