"""The hearing pool keeps its promise: a file that breaks its worker costs that file alone."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.audio.statistics import version_of
from embeddings.errors import ArtefactInvalid, Unhearable
from infra.hearing import HearingPool
from infra.hearing_worker import HearingWorker
from recommender.errors import Unavailable
from tests.end_to_end.hosts import eventually
from tests.infra.local.hearers import ObedientHearer, without_statistics


@pytest.fixture(scope="module")
def pool() -> Iterator[HearingPool]:
    pool = HearingPool(1, timeout_s=1.0, make=ObedientHearer)
    yield pool
    pool.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "order.txt"


def ordered(file: Path, order: str) -> Path:
    file.write_text(order, encoding="utf-8")
    return file


def test_what_a_worker_heard_comes_back_whole(pool: HearingPool, file: Path) -> None:
    path = ordered(file, "a song")

    heard = pool.hear(path)

    assert heard.content_hash == "a song"
    assert heard.vector.shape == (144,)


def test_tags_are_read_in_a_worker_that_may_hang_over_them_alone(pool: HearingPool, tmp_path: Path) -> None:
    endless = tmp_path / "endless.mp3"
    os.mkfifo(endless)
    song = tmp_path / "song.mp3"
    song.write_bytes(b"ID3\x03\x00\x00\x00\x00\x00\x14TIT2\x00\x00\x00\x0a\x00\x00\x00Last Tram")

    with pytest.raises(Unavailable) as refused:
        pool.tags(endless)

    assert refused.value.code == "hearing_timeout"
    assert pool.tags(song).title == "Last Tram"


def test_a_pool_tells_the_statistics_of_its_version_without_a_worker() -> None:
    shipped = HearingPool(1, timeout_s=1.0)

    assert version_of(shipped.statistics) == shipped.version
    assert shipped.pids == []


def test_one_worker_hears_file_after_file(pool: HearingPool, file: Path) -> None:
    first = pool.hear(ordered(file, "one")).attributes["worker"]

    second = pool.hear(ordered(file, "two")).attributes["worker"]

    assert first == second


def test_a_refusal_passes_through_and_the_worker_lives_on(pool: HearingPool, file: Path) -> None:
    worker = pool.hear(ordered(file, "one")).attributes["worker"]

    with pytest.raises(Unhearable, match="nothing is heard") as refused:
        pool.hear(ordered(file, "silence"))

    assert refused.value.code == "silent"
    assert pool.hear(ordered(file, "two")).attributes["worker"] == worker


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ("die", "worker_died"),
        ("crash", "worker_died"),
        ("hang", "hearing_timeout"),
        ("spin", "hearing_timeout"),
        ("break", "hearing_failed"),
        ("write", "hearing_failed"),
        ("hoard", "hearing_failed"),
        ("devour", "out_of_memory"),
    ],
)
def test_a_file_that_breaks_its_worker_is_unavailable_and_the_next_is_heard(pool: HearingPool, file: Path, order: str, code: str) -> None:
    path = ordered(file, order)

    with pytest.raises(Unavailable, match=r"order\.txt") as failure:
        pool.hear(path)

    assert failure.value.code == code
    assert pool.hear(ordered(file, "next")).content_hash == "next"


def test_a_worker_writes_no_file(pool: HearingPool, file: Path) -> None:
    with pytest.raises(Unavailable, match="File too large"):
        pool.hear(ordered(file, "write"))

    copies = [path.stat().st_size for path in file.parent.glob("*.copy")]
    assert sum(copies) == 0


@pytest.mark.parametrize("order", ["spin", "hang"])
def test_a_worker_ends_with_its_host_also_in_the_midst_of_a_file(tmp_path: Path, order: str) -> None:
    first, second = ordered(tmp_path / "first", "a song"), ordered(tmp_path / "second", order)
    host = subprocess.Popen([sys.executable, "-m", "tests.fuzz.orphan", first, second], stdout=subprocess.PIPE, text=True)
    worker = int((host.stdout or sys.stdin).readline())
    was_running = _runs(worker)

    host.kill()
    host.communicate()

    assert was_running
    eventually(lambda: not _runs(worker), within_s=20.0)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", maxsplit=1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_the_kernel_ends_a_worker_that_spends_more_than_it_was_granted(file: Path) -> None:
    worker = HearingWorker(ObedientHearer)

    worker._connection.send(("hear", ordered(file, "spin"), 0.0))  # nobody waits for the answer
    worker._process.join(60)

    assert worker._process.exitcode == -signal.SIGXCPU
    worker.close()


def test_a_worker_that_dies_takes_down_no_other(tmp_path: Path) -> None:
    pool = HearingPool(2, timeout_s=20.0, make=ObedientHearer)
    deadly, good = ordered(tmp_path / "deadly", "die"), ordered(tmp_path / "good", "sound")
    answers: list[str] = []

    def hear_good() -> None:
        answers.extend(pool.hear(good).content_hash for _ in range(5))

    listener = threading.Thread(target=hear_good)
    listener.start()
    for _ in range(2):
        with pytest.raises(Unavailable):
            pool.hear(deadly)
    listener.join()
    pool.close()

    assert answers == ["sound"] * 5


def test_a_missing_statistics_file_is_told_as_it_is(file: Path) -> None:
    pool = HearingPool(1, timeout_s=1.0, make=without_statistics)

    with pytest.raises(ArtefactInvalid, match="No such file"):
        pool.hear(ordered(file, "one"))

    assert pool.pids == []


def test_a_closed_pool_hears_nothing(file: Path) -> None:
    pool = HearingPool(1, timeout_s=1.0, make=ObedientHearer)

    pool.close()

    with pytest.raises(Unavailable):
        pool.hear(ordered(file, "two"))
    assert pool.pids == []
