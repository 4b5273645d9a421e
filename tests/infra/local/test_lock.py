"""A home has one owner, who can be found."""

import json
import subprocess
import sys
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
