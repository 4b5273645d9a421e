"""The plan is read as Lambda would read it."""

from datetime import timedelta
from pathlib import Path

import pytest

from infra.local.template import QueueSource, Route, read_plan
from recommender.errors import InvalidInput
from recommender.ports.queues import Queue

SMALL = """
Globals:
  Function: {Timeout: 30, MemorySize: 1024}
Resources:
  AnswerFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: functions.answer.handler
      Timeout: 7
      Environment: {Variables: {BUCKET: !Sub "s3://${AWS::StackName}", ROLE: !If [Yes, a, b]}}
      Events:
        Api: {Type: HttpApi, Properties: {Path: "/{proxy+}", Method: any}}
  HearFunction:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
      ImageConfig: {Command: [functions.hear.handler]}
      Events:
        Uploads:
          Type: SQS
          Properties:
            Queue: !GetAtt UploadsQueue.Arn
            BatchSize: 1
            FunctionResponseTypes: [ReportBatchItemFailures]
        Nightly: {Type: Schedule, Properties: {Schedule: "rate(2 hours)"}}
  UploadsQueue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 720, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 4}}
  Dead: {Type: AWS::SQS::Queue}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_a_function_has_its_handler_limits_and_routes(template: Path) -> None:
    plan = read_plan(template)

    answer = plan.function("AnswerFunction")

    assert answer is not None
    assert (answer.handler, answer.timeout_s, answer.memory_mb) == ("functions.answer.handler", 7, 1024)
    assert answer.routes == (Route("ANY", "/{proxy+}"),)


def test_an_image_function_is_named_by_its_command_and_has_its_sources(template: Path) -> None:
    plan = read_plan(template)

    hear = plan.function("HearFunction")

    assert hear is not None
    assert hear.handler == "functions.hear.handler"
    assert hear.sources == (QueueSource(Queue.UPLOADS, 1, partial_failures=True),)
    assert hear.schedules == (timedelta(hours=2),)


def test_a_queue_has_its_visibility_and_its_most_deliveries(template: Path) -> None:
    plan = read_plan(template)

    queue = plan.queues[Queue.UPLOADS]

    assert (queue.visibility_s, queue.max_receives) == (720, 4)


def test_the_project_s_own_template_drains_every_queue() -> None:
    plan = read_plan()

    drained = {source.queue for function in plan.functions for source in function.sources}

    assert drained == set(Queue) == set(plan.queues)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"nowhere\.yaml"):
        read_plan(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("good", "bad", "named"),
    [
        ("rate(2 hours)", "cron(0 3 * * ? *)", r"cron\(0 3"),
        ("GetAtt UploadsQueue.Arn", "GetAtt OtherQueue.Arn", "OtherQueue"),
        (", maxReceiveCount: 4", "", "UploadsQueue"),
        ("Handler: functions.answer.handler", "Runtime: python3.12", "AnswerFunction"),
    ],
)
def test_what_the_local_host_cannot_do_is_named(template: Path, good: str, bad: str, named: str) -> None:
    template.write_text(SMALL.replace(good, bad), encoding="utf-8")

    with pytest.raises(InvalidInput, match=named):
        read_plan(template)
