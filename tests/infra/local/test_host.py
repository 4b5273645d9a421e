"""The host is a real server: it answers, takes uploads, survives its handlers, and ends in peace."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from infra.folder_objects import FolderObjects
from infra.sqlite_queues import SqliteQueues
from recommender.ports.queues import Queue
from tests.infra.local.waiting import eventually


class Running:
    """A host in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.infra.local.serving", str(home)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        key = {"authorization": f"Bearer {(home / 'api.key').read_text(encoding='ascii')}"}
        self.http = httpx.Client(base_url=self.url, headers=key, timeout=20)

    def end(self, number: int) -> tuple[int, str, str]:
        """Send a signal and return the exit code and what was said since."""
        self.process.send_signal(number)
        out, errors = self.process.communicate(timeout=20)
        return self.process.returncode, out, errors

    def clear(self) -> None:
        """End the process if it still runs, and close what is open."""
        self.process.kill()
        self.process.wait(20)
        self.http.close()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def upload_url(self, key: str) -> str:
        """Return a signed address."""
        return FolderObjects(self.home / "objects", base_url=self.url, secret=b"secret").upload_target(key).url

    def kept(self) -> list[str]:
        """Return what the queue's function kept."""
        return sorted(path.read_text(encoding="utf-8") for path in self.home.glob("kept-*"))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("home"))
    yield running
    running.clear()


@pytest.fixture
def own_host(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    running.clear()


def test_a_request_reaches_its_handler_as_an_event_and_the_answer_comes_back(host: Running) -> None:
    answer = host.http.post("/tracks/a%20b?limit=5&genre=x&genre=y", json={"a": "é"})

    told = answer.json()
    assert answer.status_code == 200
    assert (told["event"]["rawPath"], told["event"]["routeKey"]) == ("/tracks/a b", "ANY /{proxy+}")
    assert told["event"]["queryStringParameters"] == {"limit": "5", "genre": "x,y"}
    assert json.loads(told["event"]["body"]) == {"a": "é"}
    assert (told["name"], answer.headers["x-test"], answer.headers.get_list("set-cookie")) == ("EchoFunction", "yes", ["a=1", "b=2"])
    assert 29_000 < told["left_ms"] <= 30_000


def test_the_more_specific_route_answers(host: Running) -> None:
    assert host.http.get("/specific").json() == {"answered_by": "specific"}


def test_a_handler_that_raises_answers_500_without_telling_why_and_the_server_lives_on(host: Running) -> None:
    answer = host.http.get("/broken")

    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert host.http.get("/specific").status_code == 200


def test_a_path_that_no_function_answers_is_not_found(host: Running) -> None:
    answer = host.http.get("/")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_body_over_ten_megabytes_is_too_large_announced_or_not(host: Running) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(11):
            yield bytes(2**20)

    announced = host.http.post("/tracks", content=bytes(11 * 2**20))
    unannounced = host.http.post("/tracks", content=pieces())

    assert (announced.status_code, unannounced.status_code) == (413, 413)
    assert announced.json()["error"]["code"] == "too_large"


def test_slow_requests_do_not_hold_up_others(host: Running) -> None:
    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(host.http.get, "/slow") for _ in range(3)]
        eventually((host.home / "asked").exists)
        quick = host.http.get("/specific")
        (host.home / "gate").touch()

    assert quick.status_code == 200
    assert [answer.result().json() for answer in slow] == [{"answered": "in the end"}] * 3


def test_an_upload_is_stored_and_announced_as_s3_announces_it(host: Running) -> None:
    content = bytes(range(256)) * 10_000

    answer = host.http.put(host.upload_url("uploads/a b/é.flac"), content=content)
    eventually(host.kept)

    [record] = json.loads(host.kept()[0])["Records"]
    assert answer.status_code == 200
    assert (host.home / "objects/uploads/a b/é.flac").read_bytes() == content
    assert record["s3"]["object"]["key"] == "uploads/a+b/%C3%A9.flac"
    assert (record["eventName"], record["s3"]["object"]["size"]) == ("ObjectCreated:Put", 2_560_000)
    assert answer.headers["etag"] == f'"{record["s3"]["object"]["eTag"]}"'


def test_an_upload_that_was_not_signed_or_is_too_large_leaves_nothing(host: Running) -> None:
    unsigned = host.http.put("/objects/uploads/x", content=b"x")
    forged = host.http.put("/objects/uploads/x?expires=99999999999&signature=00", content=b"x")
    large = host.http.put(host.upload_url("uploads/large"), content=bytes(3_000_001))

    assert [answer.status_code for answer in (unsigned, forged, large)] == [403, 403, 413]
    assert unsigned.json()["error"]["code"] == "not_signed"
    assert not (host.home / "objects/uploads/x").exists()
    assert not (host.home / "objects/uploads/large").exists()


def test_a_function_can_be_invoked_by_name(host: Running) -> None:
    answer = host.http.post("/2015-03-31/functions/SpecificFunction/invocations", json={})
    unknown = host.http.post("/2015-03-31/functions/NoFunction/invocations", json={})

    assert answer.json() == {"answered_by": "specific"}
    assert unknown.status_code == 404


def test_a_function_is_not_invoked_without_an_administrator_s_key(host: Running) -> None:
    path = f"{host.url}/2015-03-31/functions/SpecificFunction/invocations"

    shown: list[dict[str, str]] = [{}, {"authorization": "Bearer nothing"}, {"x-api-key": "segue_0_0"}]
    answers = [httpx.post(path, json={}, headers=headers) for headers in shown]

    assert {answer.status_code for answer in answers} == {401}


def test_a_web_page_cannot_invoke_functions(host: Running) -> None:
    answer = host.http.post("/2015-03-31/functions/SpecificFunction/invocations", json={}, headers={"Origin": "http://evil.example"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_for_browsers")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_host_in_peace(own_host: Running, number: int) -> None:
    code, out, errors = own_host.end(number)

    assert (code, out, errors) == (0, "ended in peace\n", "")


def test_requests_in_hand_are_answered_before_the_end(own_host: Running) -> None:
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(own_host.http.get, "/slow")
        eventually((own_host.home / "asked").exists)
        own_host.process.send_signal(signal.SIGTERM)
        (own_host.home / "gate").touch()
        answer = slow.result()
    own_host.process.wait(20)

    assert answer.json() == {"answered": "in the end"}
    assert own_host.process.returncode == 0


def test_work_that_outlasts_the_grace_goes_back_to_its_queue(own_host: Running) -> None:
    queues = SqliteQueues(own_host.home / "queues.db")
    queues.send(Queue.UPLOADS, ["wait"])
    eventually((own_host.home / "held").exists)

    code, _, _ = own_host.end(signal.SIGTERM)

    [message] = queues.receive(Queue.UPLOADS, max_messages=1, visibility_s=1, now=datetime.now(UTC))
    queues.close()
    assert (code, message.body, message.receive_count) == (0, "wait", 1)


def test_work_that_a_killed_host_had_in_hand_is_done_by_the_next_one_at_once(own_host: Running) -> None:
    queues = SqliteQueues(own_host.home / "queues.db")
    queues.send(Queue.UPLOADS, ["wait", "second"])
    eventually((own_host.home / "held").exists)
    own_host.end(signal.SIGKILL)
    (own_host.home / "gate").touch()

    successor = Running(own_host.home)
    eventually(lambda: successor.kept() == ["second", "wait"])
    successor.end(signal.SIGTERM)
    successor.clear()
    depth = queues.depth(Queue.UPLOADS, now=datetime.now(UTC))
    queues.close()

    assert (depth.waiting, depth.in_flight, depth.dead) == (0, 0, 0)


def test_a_second_host_of_the_same_home_is_refused(own_host: Running) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "tests.infra.local.serving", str(own_host.home)], capture_output=True, text=True, check=False, env=os.environ
    )

    assert second.returncode != 0
    assert f"in use by process {own_host.process.pid}" in second.stderr
