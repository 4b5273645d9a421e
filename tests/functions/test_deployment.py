"""What the template deploys: nobody may do more than needed, nothing is lost in silence, and what is watched is what is told."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.aws.tables import SCHEMAS
from infra.local.template import read_template
from infra.metrics import METRICS
from infra.settings import Settings
from recommender.intake.extractors import PREFIX as AUDIO
from recommender.intake.uploads import PREFIX as UPLOADS
from recommender.models import PREFIX as MODELS
from recommender.ports.queues import Queue

ROOT = Path(__file__).parents[2]
TEMPLATE: Mapping[str, Any] = read_template(ROOT / "template.yaml")
RESOURCES: Mapping[str, Mapping[str, Any]] = TEMPLATE["Resources"]
GLOBALS = TEMPLATE["Globals"]["Function"]
# Actions that AWS gives on no smaller thing.
ON_ANYTHING = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# Settings that choose or reach something, but only on one machine.
ONE_MACHINE = {"public_url"}
HEAVY = {"SearchTracksFunction", "IngestTrackFunction", "TrainCollaborativeFunction", "FitAudioFunction"}


def of_type(kind: str) -> dict[str, Mapping[str, Any]]:
    return {name: resource.get("Properties", {}) for name, resource in RESOURCES.items() if resource["Type"] == kind}


def functions() -> dict[str, Mapping[str, Any]]:
    return of_type("AWS::Serverless::Function")


def target(reference: Mapping[str, Any]) -> str:
    """Return the logical id that a reference leads to."""
    found = reference.get("Fn::GetAtt") or reference.get("Ref")
    return found.split(".")[0] if isinstance(found, str) else str(found[0])  # type: ignore[index]  # one of the two is there


def statements() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, function in functions().items():
        for policy in function["Policies"]:
            for statement in policy.get("Statement", []):
                yield name, statement
    for kind in ("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy"):
        for name, properties in of_type(kind).items():
            for statement in properties["PolicyDocument"]["Statement"]:
                yield name, statement


def test_no_policy_allows_every_action_or_every_resource() -> None:
    for name, statement in statements():
        assert not any("*" in action for action in statement["Action"]), name
        if not set(statement["Action"]) <= ON_ANYTHING:
            assert statement["Resource"] != "*", name


def test_every_other_policy_is_one_of_sams_for_one_named_resource() -> None:
    for name, function in functions().items():
        for policy in function["Policies"]:
            for kind, scope in policy.items():
                assert kind == "Statement" or kind.endswith("Policy"), name
                assert kind == "Statement" or all(isinstance(value, Mapping) for value in scope.values()), name


def test_light_functions_are_zips_with_snapstart_and_heavy_ones_images() -> None:
    images = {name for name, function in functions().items() if function.get("PackageType") == "Image"}

    assert images == HEAVY
    for name in set(functions()) - images:
        function = functions()[name]
        assert RESOURCES[name]["Metadata"] == {"BuildMethod": "makefile"}, name
        assert re.fullmatch(r"python3\.1[2-9]", function["Runtime"]), name
        assert (function["CodeUri"], function["SnapStart"], function["AutoPublishAlias"]) == (".", {"ApplyOn": "PublishedVersions"}, "live")


def test_every_queue_hides_a_message_for_six_times_its_functions_timeout_and_its_window() -> None:
    for name, function in functions().items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS":
                source = event["Properties"]
                timeout_s = function.get("Timeout", GLOBALS["Timeout"])
                hidden_s = RESOURCES[target(source["Queue"])]["Properties"]["VisibilityTimeout"]
                assert hidden_s >= 6 * timeout_s + source.get("MaximumBatchingWindowInSeconds", 0), name


def test_every_queue_source_reports_partial_failures_and_is_bounded() -> None:
    sources = [
        event["Properties"] for function in functions().values() for event in function.get("Events", {}).values() if event["Type"] == "SQS"
    ]

    assert {target(source["Queue"]) for source in sources} == {f"{queue.value.capitalize()}Queue" for queue in Queue}
    for source in sources:
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "MaximumConcurrency" in source["ScalingConfig"]
        assert source["BatchSize"] <= 10 or source["MaximumBatchingWindowInSeconds"] >= 1


def test_every_queue_has_dead_letters_that_are_kept_longest_and_watched() -> None:
    queues = of_type("AWS::SQS::Queue")
    watched = {
        target(dimension["Value"])
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        for dimension in alarm.get("Dimensions", [])
        if dimension["Name"] == "QueueName"
    }

    dead = {target(queue["RedrivePolicy"]["deadLetterTargetArn"]) for queue in queues.values() if "RedrivePolicy" in queue}

    assert set(queues) == dead | {f"{queue.value.capitalize()}Queue" for queue in Queue}
    assert all(queues[name]["MessageRetentionPeriod"] == 14 * 24 * 3600 for name in dead)
    assert watched == set(queues)


def test_the_bucket_is_encrypted_closed_and_made_after_the_policy_that_lets_it_send() -> None:
    bucket = RESOURCES["Bucket"]["Properties"]

    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}

    assert RESOURCES["Bucket"]["DependsOn"] == "UploadsQueuePolicy"
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert rules["unfinished-uploads"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    notified = bucket["NotificationConfiguration"]["QueueConfigurations"][0]
    assert target(notified["Queue"]) == "UploadsQueue"
    assert notified["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": UPLOADS}]


def test_objects_may_be_reached_where_the_code_keeps_them_and_nowhere_else() -> None:
    allowed = {
        resource["Fn::Sub"].removeprefix("${Bucket.Arn}/").removesuffix("*")
        for name, statement in statements()
        if name.endswith("Function")
        for resource in [statement["Resource"]]
        if isinstance(resource, Mapping) and "Fn::Sub" in resource
    }

    assert allowed == {UPLOADS, MODELS, AUDIO}


def test_the_tables_are_those_that_the_adapters_use() -> None:
    declared = of_type("AWS::DynamoDB::Table")

    assert {table["TableName"]["Fn::Sub"] for table in declared.values()} == {f"${{AWS::StackName}}-{schema.name}" for schema in SCHEMAS}
    for schema in SCHEMAS:
        table = declared[f"{schema.name.capitalize()}Table"]
        places = {True: table.get("LocalSecondaryIndexes", []), False: table.get("GlobalSecondaryIndexes", [])}
        indexes = {index["IndexName"]: (index, is_local) for is_local, some in places.items() for index in some}
        types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
        assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert ("TimeToLiveSpecification" in table) == schema.expires
        assert set(indexes) == {index.name for index in schema.indexes}
        for index in schema.indexes:
            found, is_local = indexes[index.name]
            assert is_local == index.is_local
            assert [(key["AttributeName"], types[key["AttributeName"]]) for key in found["KeySchema"]] == list(index.keys)
            assert found["Projection"]["ProjectionType"] == index.projection


def test_what_holds_state_stays_when_the_stack_goes() -> None:
    for name, resource in RESOURCES.items():
        if resource["Type"] in {"AWS::DynamoDB::Table", "AWS::S3::Bucket"}:
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain"), name


def test_every_setting_that_chooses_or_reaches_something_is_given_and_nothing_is_given_in_vain() -> None:
    given = GLOBALS["Environment"]["Variables"]
    needed = {name.upper() for name in Settings.model_fields if name.endswith(("_url", "_arn")) and name not in ONE_MACHINE}
    read = {*(name.upper() for name in Settings.model_fields), "SEGUE_HOME", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"}
    queues = {f"{queue.value.upper()}_{kind}" for queue in Queue for kind in ("QUEUE_URL", "DEAD_LETTERS_URL")}

    assert needed | queues <= set(given)
    assert set(given) <= read | queues
    assert given["STATE_URL"] == {"Fn::Sub": "dynamodb:${AWS::StackName}"}
    assert given["API_KEYS"] == "required"
    assert given["METRICS_URL"] == {"Fn::Sub": "emf:Segue/${AWS::StackName}"}
    assert f"s3://{RESOURCES['Bucket']['Properties']['BucketName']['Fn::Sub']}" == given["OBJECTS_URL"]["Fn::Sub"]


def test_every_log_is_kept_for_the_same_time_and_the_access_log_names_no_one() -> None:
    logs = of_type("AWS::Logs::LogGroup")
    access = RESOURCES["HttpApi"]["Properties"]["AccessLogSettings"]["Format"]

    assert {target(function["LoggingConfig"]["LogGroup"]) for function in functions().values()} | {"AccessLogs"} == set(logs)
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in logs.values())
    assert not re.search(r"\$context\.(path|identity|authorizer|http\.path)", access)
    assert json.loads(re.sub(r"\$context\.(status|responseLatency)", "0", access))


def watched() -> Iterator[tuple[str, str, str]]:
    """Yield who watches, the namespace and the metric."""
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        for metric in (
            [alarm] if "MetricName" in alarm else [one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one]
        ):
            space = metric["Namespace"]
            yield name, space if isinstance(space, str) else space["Fn::Sub"], metric["MetricName"]
    for widget in json.loads(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]:
        former: list[str] = []
        for metric in widget["properties"]["metrics"]:
            if isinstance(metric[0], Mapping):
                space, name = re.findall(r'{"([^"]+)",[^}]+} MetricName="(\w+)"', metric[0]["expression"])[0]
            else:
                former = (
                    [former[at] if part == "." else part for at, part in enumerate(metric) if isinstance(part, str)]
                    if metric[0] != "..."
                    else former
                )
                space, name = former[0], former[1]
            yield widget["properties"]["title"], space, name


def test_every_metric_that_is_watched_is_one_that_is_told() -> None:
    filtered = {
        one["MetricName"] for properties in of_type("AWS::Logs::MetricFilter").values() for one in properties["MetricTransformations"]
    }
    aws = {
        "AWS/ApiGateway": {"5xx", "4xx", "Count", "Latency"},
        "AWS/Lambda": {"Throttles", "Errors"},
        "AWS/SQS": {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
    }

    unknown = {
        (who, space, name)
        for who, space, name in watched()
        if name not in aws.get(space, {*METRICS, *filtered} if space == "Segue/${AWS::StackName}" else set())
    }

    assert unknown == set()


def test_every_metric_in_the_table_is_told_by_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for folder in ("functions", "infra") for path in (ROOT / folder).rglob("*.py"))

    silent = {name for name in METRICS if not re.search(rf'\.(count|time|gauge)\("{name}"', code)}

    assert silent == set()


def test_figures_of_the_report_that_are_watched_by_name_are_those_that_a_test_holds() -> None:
    text = json.dumps(of_type("AWS::CloudWatch::Alarm")) + RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]

    named = set(re.findall(r'"Name": "figure", "Value": "(\w+)"', text)) | set(re.findall(r'"quality", "figure", "(\w+)"', text))

    assert named == {"cold_share", "coverage", "novelty"}


def test_labels_that_an_alarm_watches_are_those_of_the_metric() -> None:
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        if alarm.get("Namespace") == {"Fn::Sub": "Segue/${AWS::StackName}"} and alarm["MetricName"] in METRICS:
            assert {dimension["Name"] for dimension in alarm.get("Dimensions", [])} in (
                {*METRICS[alarm["MetricName"]].label_names},
                set(),
            ), name


@pytest.mark.parametrize("alarm", sorted(of_type("AWS::CloudWatch::Alarm")))
def test_every_alarm_is_published_and_has_an_entry_in_the_runbook_that_it_leads_to(alarm: str) -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    properties = RESOURCES[alarm]["Properties"]

    heading = alarm.removesuffix("Alarm")
    entry = runbook.partition(f"\n### {heading}\n")[2].partition("\n### ")[0]

    assert properties["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert properties["AlarmDescription"].endswith(f"docs/runbook.md#{heading.lower()}")
    assert "**Means**" in entry
    assert "**Do**" in entry


def test_the_runbook_has_no_entry_without_an_alarm() -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")

    entries = set(re.findall(r"^### (\w+)$", runbook, re.MULTILINE))

    assert entries == {name.removesuffix("Alarm") for name in of_type("AWS::CloudWatch::Alarm")}
