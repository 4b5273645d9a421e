"""While a host cannot write, nothing is acknowledged and lost and reads go on; when it can again, all goes on in the same process."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.hosts import RunningHost, eventually, hosting


def test_a_host_that_cannot_write_refuses_and_recovers(tmp_path: Path) -> None:
    with hosting(tmp_path / "home") as host:
        host.client.put("/tracks/song", json={"title": "Song", "artists": ["Somebody"]}).raise_for_status()
        eventually(lambda: host.counts()["state"]["ready"] == 1)
        with no_file_may_grow(host):
            refused = [posted(host, number) for number in range(5)]
            described = host.client.put("/tracks/other", json={"title": "Other", "artists": ["Somebody"]})
            page = host.client.get("/users/ann/recommendations")
            found = host.client.get("/search", params={"q": "song"})
        taken = [posted(host, number) for number in range(5)]
        eventually(lambda: host.client.get("/users/ann/taste").json()["plays"] == 5)
        dead = {name: count for name, count in host.counts()["queues"].items() if name.endswith("dead") and count}
        status = host.end()

    assert {answer for answer, _ in refused} == {503}
    assert {code for _, code in refused} <= {"disk_full", "disk_failed"}
    assert (described.status_code, page.status_code, found.status_code) == (503, 200, 200)
    assert taken == [(202, None)] * 5
    assert (dead, status) == ({}, 0)


@contextmanager
def no_file_may_grow(host: RunningHost) -> Iterator[None]:
    """Take from the host the right to write anything at the end of a file, as a full disk does."""
    former = resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE, (1, former[1]))
    try:
        yield
    finally:
        resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE, former)


def posted(host: RunningHost, number: int) -> tuple[int, str | None]:
    """Post an act under an id of its own, and return the status and the error's code."""
    act = {"interaction_id": f"act-{number}", "user_id": "ann", "track_id": "song", "kind": "play"}
    answer = host.client.post("/interactions", json={"interactions": [act]})
    return answer.status_code, answer.json().get("error", {}).get("code")
