"""A home has one owner, who can be found."""

import fcntl
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from infra.local.lock import HomeLock, RunningHost, running_host
from recommender.errors import Unavailable

OWN = """
import sys, time
from pathlib import Path
from infra.local.lock import HomeLock
with HomeLock(Path(sys.argv[1])) as lock:
    lock.announce("http://127.0.0.1:8123")
    print("owned", flush=True)
    time.sleep(60)
"""


def test_a_home_that_nobody_owns_has_no_host(tmp_path: Path) -> None:
    assert running_host(tmp_path) is None
    assert running_host(tmp_path / "missing") is None


def test_an_owner_is_found_and_refuses_a_second_until_it_is_killed(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWN, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    with owner, owner.stdout:
        assert owner.stdout.readline() == "owned\n"

        found = running_host(tmp_path)
        with pytest.raises(Unavailable, match=str(owner.pid)):
            HomeLock(tmp_path)
        owner.kill()

    assert found == RunningHost(owner.pid, "http://127.0.0.1:8123")
    assert running_host(tmp_path) is None
    HomeLock(tmp_path).release()


def test_the_address_of_another_process_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "host.json").write_text(json.dumps({"pid": 1, "url": "http://127.0.0.1:1"}), encoding="utf-8")

    with HomeLock(tmp_path):
        found = running_host(tmp_path)

    assert found is not None
    assert found.url is None


def test_a_home_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(Unavailable, match="file"):
        HomeLock(tmp_path / "file")


def test_a_home_that_is_made_is_its_owner_s_alone(tmp_path: Path) -> None:
    with HomeLock(tmp_path / "home"):
        mode = (tmp_path / "home").stat().st_mode & 0o777

    assert mode == 0o700


def test_an_owner_that_has_yet_to_sign_is_waited_for(tmp_path: Path) -> None:
    with (tmp_path / "owner.lock").open("w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        signing = threading.Timer(0.1, lambda: (file.write("1"), file.flush()))
        signing.start()

        with pytest.raises(Unavailable, match="process 1;"):
            HomeLock(tmp_path)
        signing.join()


def test_whoever_only_asks_whose_a_home_is_refuses_it_to_nobody(tmp_path: Path) -> None:
    (tmp_path / "owner.lock").write_text("999999999", encoding="ascii")
    with (tmp_path / "owner.lock").open("r", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        asking = threading.Timer(0.1, lambda: fcntl.flock(file, fcntl.LOCK_UN))
        asking.start()

        with HomeLock(tmp_path):
            found = running_host(tmp_path)
        asking.join()

    assert found == RunningHost(os.getpid(), None)
