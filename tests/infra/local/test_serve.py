"""``segue serve`` runs the project's own functions, and the other commands find it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx


def segue(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.local", *arguments, "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_host_answers_is_found_by_commands_and_ends_in_peace(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local", "serve", "--port", "0", "--home", str(tmp_path), "--json"]
    host = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "SEGUE_PORT": "1"})
    assert host.stdout is not None
    with host, host.stdout:
        url = json.loads(host.stdout.readline())["url"]
        health = httpx.get(f"{url}/health", timeout=20).json()
        without = httpx.post(f"{url}/uploads", json={"filename": "A/B/c.wav"}, timeout=20)
        key = {"authorization": f"Bearer {(tmp_path / 'api.key').read_text()}"}
        upload = httpx.post(f"{url}/uploads", json={"filename": "A/B/c.wav"}, headers=key, timeout=20).json()
        put = httpx.put(upload["url"], content=b"", headers=upload["headers"], timeout=20)
        status = json.loads(segue(tmp_path, "status", "--json").stdout)
        second = segue(tmp_path, "serve", "--port", "0")
        checkup = segue(tmp_path, "doctor")
        host.send_signal(signal.SIGTERM)
        host.wait(20)

    assert (health["status"], without.status_code, put.status_code, host.returncode) == ("ok", 401, 200, 0)
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("api.key", "user.key")} == {0o600}
    assert status["host"] == {"pid": host.pid, "url": url}
    assert (second.returncode, checkup.returncode) == (1, 0)
    assert f"in use by process {host.pid}" in second.stderr
    assert not (tmp_path / "host.json").exists()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    from infra.local.host import listening

    with listening(0) as bound:
        bound.listen()
        port = bound.getsockname()[1]
        result = segue(tmp_path, "serve", "--port", str(port))

    assert result.returncode == 1
    assert f"127.0.0.1:{port}" in result.stderr
