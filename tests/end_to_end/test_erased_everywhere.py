"""An erased user is in no byte of any store: every file of the home, every item, object and message of AWS is searched."""

import json
from collections.abc import Iterator
from typing import Any

from infra.aws.clients import client
from recommender.ports.queues import Queue
from tests.walks import AwsWalk, Walk

USER = "marked-ada-4c1f9e"
CHOSEN = "chosen-by-the-client-"


def evidence(walk: Walk) -> Iterator[tuple[str, bytes]]:
    """Yield everything that is stored, with the name of its place."""
    home = walk.app.settings.home
    for path in sorted(home.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(home)), path.read_bytes()
    if isinstance(walk, AwsWalk):
        yield from _items()
        yield from _objects()
        yield from _messages()


def _items() -> Iterator[tuple[str, bytes]]:
    dynamodb = client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        for item in dynamodb.get_paginator("scan").paginate(TableName=table).search("Items[]"):
            yield f"table {table}", repr(item).encode()


def _objects() -> Iterator[tuple[str, bytes]]:
    s3 = client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for stored in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            content = s3.get_object(Bucket=bucket["Name"], Key=stored["Key"])["Body"].read()
            yield f"object {stored['Key']}", stored["Key"].encode() + content


def _messages() -> Iterator[tuple[str, bytes]]:
    sqs = client("sqs")
    for url in sqs.list_queues()["QueueUrls"]:
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages"):
            for message in found:
                yield f"queue {url}", json.dumps(message).encode()
            if len(found) < 10:
                break


def traces(walk: Walk) -> dict[str, set[str]]:
    """Return by mark where it is found: the user's id, their pseudonym, and what their client called their acts."""
    marks = {"id": USER, "pseudonym": walk.app.pseudonyms.of(USER), "acts": CHOSEN}
    stored = list(evidence(walk))
    return {name: {place for place, content in stored if mark.encode() in content} for name, mark in marks.items()}


def listen(walk: Walk, name: str, count: int) -> None:
    acts = [
        {"user_id": user, "track_id": f"t{number % 3}", "kind": "play", "interaction_id": f"{mark}{name}-{number}"}
        for number in range(count)
        for user, mark in ((USER, CHOSEN), ("ben", "ben-"))
    ]
    assert walk.call("POST", "/interactions", body={"interactions": acts}).status == 202


def marked(walk: Walk) -> None:
    """Write a user wherever something of them is ever written."""
    for number in range(3):
        assert walk.call("PUT", f"/tracks/t{number}", body={"title": f"T{number}", "genres": ["jazz"]}).status == 202
    assert walk.drain(Queue.METADATA) == 0
    listen(walk, "logged", 30)
    assert walk.drain(Queue.INTERACTIONS) == 0
    assert walk.call("PUT", f"/users/{USER}/preferences", body={"pick_genres": ["jazz"], "exclude_contexts": ["sleep"]}).status == 200
    for path in (f"/users/{USER}/recommendations", f"/users/{USER}/taste"):
        assert walk.call("GET", path).status == 200
    assert walk.call("GET", "/radio", query={"seed_genres": "jazz", "user_id": USER}).status == 200
    assert walk.call("POST", "/playlists/continue", body={"track_ids": ["t0"], "user_id": USER}).status == 200
    listen(walk, "queued", 20)


def test_an_erased_user_is_found_nowhere(either: Walk) -> None:
    marked(either)
    before = traces(either)

    asked = either.call("DELETE", f"/users/{USER}")
    assert either.drain(Queue.ERASURES) == 0
    assert either.drain(Queue.INTERACTIONS) == 0

    receipt: Any = either.call("GET", f"/receipts/{asked.body['receipt_id']}")
    # the search is able to find: both are there before, in the store of users and among the messages
    assert len(before["pseudonym"]) >= 2
    assert len(before["acts"]) >= 2
    assert before["id"] == set()
    assert traces(either) == {"id": set(), "pseudonym": set(), "acts": set()}
    assert (receipt.status, receipt.body["removed"]["interactions"]) == (200, 30)
    assert either.app.stores.interactions.count() == 50


def test_dead_letters_of_an_erased_user_are_found_nowhere_on_one_machine(walk: Walk) -> None:
    marked(walk)
    pseudonym = walk.app.pseudonyms.of(USER)
    walk.app.stores.queues.bury(Queue.INTERACTIONS, f'{{"interactions": [{{"user": "{pseudonym}"', reason="cut short")
    before = traces(walk)

    walk.call("DELETE", f"/users/{USER}")
    assert walk.drain(Queue.ERASURES) == 0

    assert before["pseudonym"] >= {"queues.db-wal", "state.db-wal"}
    assert traces(walk) == {"id": set(), "pseudonym": set(), "acts": set()}


def test_a_restored_copy_of_the_library_is_erased_again_by_the_list(walk: Walk) -> None:
    marked(walk)
    assert walk.drain(Queue.INTERACTIONS) == 0
    held = walk.app.stores.interactions.of_user(walk.app.pseudonyms.of(USER))
    walk.call("DELETE", f"/users/{USER}")
    assert walk.drain(Queue.ERASURES) == 0
    # what a restored database holds: their acts, and no knowledge of the erasure
    walk.app.stores.interactions.append(held)
    with walk.app.stores._database.writing() as connection:
        connection.execute("DELETE FROM erasures")
    before = traces(walk)

    done = walk.app.erasing.again(walk.app.stores.erasure_list.read(), now=held[0].at)

    assert before["acts"]
    assert (done.users, done.removed["interactions"]) == (1, 50)
    assert traces(walk) == {"id": set(), "pseudonym": set(), "acts": set()}
