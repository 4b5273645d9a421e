"""A small host in a process of its own: ``python -m tests.infra.local.serving HOME``, ready when it has printed its address."""

import sys
from pathlib import Path

from infra import wiring
from infra.folder_objects import FolderObjects
from infra.local import environment, first_key
from infra.local.host import Host, listening, url_of
from infra.local.invoker import Invoker
from infra.local.lock import HomeLock
from infra.local.schedules import Schedules
from infra.local.stack import LocalStack
from infra.local.template import read_plan
from infra.sqlite_queues import SqliteQueues

TEMPLATE = """
Globals: {Function: {Timeout: 30, MemorySize: 1024}}
Resources:
  EchoFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.infra.local.handlers.echo
      Events: {All: {Type: HttpApi, Properties: {Path: "/{proxy+}", Method: ANY}}}
  BrokenFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.infra.local.handlers.broken
      Events: {All: {Type: HttpApi, Properties: {Path: /broken, Method: ANY}}}
  SlowFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.infra.local.serving.slow
      Events: {All: {Type: HttpApi, Properties: {Path: /slow, Method: GET}}}
  SpecificFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.infra.local.handlers.specific
      Events: {All: {Type: HttpApi, Properties: {Path: /specific, Method: GET}}}
  KeepFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tests.infra.local.serving.keep
      Events:
        Uploads:
          {Type: SQS, Properties: {Queue: !GetAtt UploadsQueue.Arn, BatchSize: 1, FunctionResponseTypes: [ReportBatchItemFailures]}}
  UploadsQueue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 60, RedrivePolicy: {maxReceiveCount: 5}}
"""
HOME = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()


def slow(_event: object, _context: object) -> dict[str, object]:
    """Answer once the file ``gate`` is in the home."""
    from tests.infra.local.waiting import eventually

    (HOME / "asked").touch()
    eventually((HOME / "gate").exists, within_s=20)
    return {"answered": "in the end"}


def keep(event: dict[str, list[dict[str, str]]], _context: object) -> dict[str, object]:
    """Write each message to a file; a body ``wait`` is held until the file ``gate`` is in the home."""
    from tests.infra.local.waiting import eventually

    for record in event["Records"]:
        (HOME / "held").touch()
        if record["body"] == "wait":
            eventually((HOME / "gate").exists, within_s=20)
        (HOME / f"kept-{record['messageId']}").write_text(record["body"], encoding="utf-8")
    return {"batchItemFailures": []}


def main() -> None:
    """Serve until a signal comes."""
    plan_file = HOME / "template.yaml"
    plan_file.write_text(TEMPLATE, encoding="utf-8")
    plan = read_plan(plan_file)
    with HomeLock(HOME) as lock, listening(0) as bound:
        url = url_of(bound)
        queues = SqliteQueues(HOME / "queues.db")
        objects = FolderObjects(HOME / "objects", base_url=url, secret=b"secret")
        stack = LocalStack(plan, queues, objects, hearing_workers=1, upload_limit=3_000_000)
        schedules = Schedules(plan, Invoker(), ledger=HOME / "schedules.json")
        environment.prepare(HOME)
        first_key.ensure(HOME, wiring.app())

        def ready() -> None:
            lock.announce(url)
            print(url, flush=True)  # noqa: T201 - the test waits for it

        Host(stack, schedules, on_ready=ready, grace_s=1.0).run(bound)
        queues.close()
        wiring.reset()
    print("ended in peace", flush=True)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main()
