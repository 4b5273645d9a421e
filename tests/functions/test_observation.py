"""What an invocation tells: ids that lead to each other, metrics, and nothing of a person or of what they played."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from functions import gateway, ingest_track, record_interactions, report_quality, train_collaborative
from functions.observation import logger
from recommender.errors import Unavailable
from recommender.ports.queues import Queue
from tests.overheard import all_that_is_said
from tests.walks import Context, Walk, keyed, s3_notification, sqs_event

USER = "ada-lovelace-1815"
TITLE = "Harbour Lights"
TRACE = "1-67891233-abcdef012345678912345678"


class Broken:
    """A use case whose every call fails."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def __getattr__(self, name: str) -> Any:
        raise self.fault


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with all_that_is_said(logging.DEBUG) as said:
        yield said


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """Return what the functions' own logger said."""
    return [json.loads(line) for line in log.getvalue().splitlines() if line.startswith("{")]


def request(path: str, *, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {**keyed(), **(headers or {})},
        "isBase64Encoded": False,
        "requestContext": {"http": {"method": "GET", "path": path}, "stage": "$default", "requestId": "request-7"},
    }


def counted(walk: Walk) -> list[str]:
    return (walk.app.metrics.text() or "").splitlines()


def test_the_log_of_a_walk_with_faults_holds_no_user_and_no_title(walk: Walk, log: io.StringIO) -> None:
    walk.call("PUT", "/tracks/track-1", body={"title": TITLE, "artists": ["Ottobrine"]})
    walk.drain(Queue.METADATA)
    walk.call("POST", "/interactions", body={"interactions": [{"user_id": USER, "track_id": "track-1", "kind": "like"}]})
    walk.drain(Queue.INTERACTIONS)
    walk.call("GET", f"/users/{USER}/recommendations", query={"seed_tracks": USER})
    walk.call("GET", f"/users/{USER}/nowhere")
    walk.call("PUT", "/tracks/track-1", body={"title": TITLE, USER: 1})
    record_interactions.handler(sqs_event(("m1", json.dumps({"interactions": [{"user": USER, TITLE: 1}]})), ("m2", USER)), Context())
    for fault in (RuntimeError(f"{USER} played {TITLE}"), Unavailable(f"no place for {USER}"), OSError(28, "No space left", USER)):
        walk.app.__dict__["recommend"] = Broken(fault)
        assert walk.call("GET", f"/users/{USER}/recommendations").status >= 500

    said = log.getvalue()

    assert len(lines(log)) == 5
    assert USER not in said
    assert TITLE not in said
    assert walk.app.pseudonyms.of(USER) not in said


def test_a_failed_request_is_found_by_its_ids(walk: Walk, log: io.StringIO) -> None:
    walk.app.__dict__["recommend"] = Broken(Unavailable("the index is away", code="index_unavailable"))

    gateway.handler(request("/users/ada/recommendations", headers={"x-amzn-trace-id": f"Root={TRACE}"}), Context())

    (line,) = lines(log)
    assert (line["correlation_id"], line["trace_id"], line["request_id"]) == ("request-7", TRACE, "tested")
    assert (line["route"], line["code"], line["kind"]) == ("GET /users/{user_id}/recommendations", "index_unavailable", "Unavailable")
    assert any("recommend" in frame for frame in line["where"])


def test_ids_of_one_invocation_are_not_in_the_next(walk: Walk, log: io.StringIO) -> None:
    walk.app.__dict__["recommend"] = Broken(RuntimeError("first"))
    gateway.handler(request("/users/ada/recommendations", headers={"x-amzn-trace-id": f"Root={TRACE}"}), Context())

    record_interactions.handler(sqs_event(("m1", "{")), Context())

    assert ["trace_id" in line for line in lines(log)] == [True, False]
    assert lines(log)[1]["message_id"] == "m1"


def test_a_request_is_counted_by_its_route_and_never_by_its_path(walk: Walk) -> None:
    walk.call("GET", f"/users/{USER}/recommendations")
    walk.call("GET", f"/users/{USER}/recommendations", query={"limit": "0"})
    walk.call("GET", f"/{USER}")

    found = counted(walk)

    assert 'segue_requests_total{route="GET /users/{user_id}/recommendations",outcome="2xx"} 1' in found
    assert 'segue_requests_total{route="GET /users/{user_id}/recommendations",outcome="4xx"} 1' in found
    assert 'segue_requests_total{route="unknown",outcome="4xx"} 1' in found
    assert not any(USER in line for line in found)


def test_a_store_out_of_reach_is_counted_by_its_code(walk: Walk) -> None:
    walk.app.__dict__["recommend"] = Broken(Unavailable("the index is away", code="index_unavailable"))

    status = walk.call("GET", "/users/ada/recommendations").status

    assert status == 503
    assert 'segue_faults_total{code="index_unavailable"} 1' in counted(walk)
    assert "segue_gateway_errors_total 1" in counted(walk)


def test_messages_are_counted_with_the_time_from_their_sending(walk: Walk) -> None:
    walk.call("PUT", "/tracks/track-1", body={"title": TITLE})
    event = sqs_event(("m1", json.dumps({"interactions": []})), ("m2", "{"))
    for record in event["Records"]:
        record["eventSourceARN"] = "arn:aws:sqs:eu-west-1:000000000000:prod-interactions"

    record_interactions.handler(event, Context())

    found = counted(walk)
    assert 'segue_messages_total{queue="interactions",outcome="done"} 1' in found
    assert 'segue_messages_total{queue="interactions",outcome="failed"} 1' in found
    assert 'segue_unreadable_messages_total{queue="interactions"} 1' in found
    assert 'segue_message_lag_seconds_count{queue="interactions"} 1' in found


def test_a_rejected_upload_is_counted_by_its_reason(walk: Walk) -> None:
    walk.app.stores.objects.put("uploads/empty.wav", b"")

    ingest_track.handler(sqs_event(("m1", json.dumps(s3_notification("uploads/empty.wav", 0)))), Context())

    assert 'segue_ingest_rejections_total{reason="empty"} 1' in counted(walk)


def test_a_training_without_listening_is_counted_and_no_refusal(walk: Walk) -> None:
    train_collaborative.handler({}, Context())

    assert 'segue_trainings_total{outcome="too_little"} 1' in counted(walk)
    assert not any("gate_refusals" in line for line in counted(walk))


def test_every_figure_of_the_report_is_a_gauge(walk: Walk) -> None:
    walk.call("PUT", "/tracks/track-1", body={"title": TITLE})
    walk.drain(Queue.METADATA)
    walk.call("GET", "/users/ada/recommendations")

    report = report_quality.handler({}, Context())

    assert {"cold_share", "coverage", "gini", "new_share", "novelty"} <= set(report)  # what the dashboard and alarms name
    assert all(any(f'segue_quality{{figure="{figure}"}}' in line for line in counted(walk)) for figure in report)


def test_metrics_are_told_in_prometheus_text_with_the_depth_of_the_queues(walk: Walk) -> None:
    walk.call("PUT", "/tracks/track-1", body={"title": TITLE})

    answer = gateway.handler(request("/metrics"), Context())

    assert int(answer["statusCode"]) == 200
    assert answer["headers"]["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'segue_queue_messages{queue="metadata",state="waiting"} 1' in answer["body"].splitlines()
    assert 'segue_queue_messages{queue="metadata",state="dead"} 0' in answer["body"].splitlines()


def test_where_metrics_go_to_cloudwatch_they_are_written_at_the_end_and_not_told(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("METRICS_URL", "emf:Segue/tested")
    walk.app.__dict__["metrics"] = type(walk.app)(walk.app.settings.from_env()).metrics

    answer = gateway.handler(request("/metrics"), Context())

    written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert json.loads(answer["body"])["error"]["code"] == "no_metrics_here"
    assert {"requests", "request_seconds"} <= {name for line in written for name in line}


def test_the_log_is_json_with_powertools_own_fields(log: io.StringIO) -> None:
    logger.error("tested")

    (line,) = lines(log)

    assert isinstance(logger.registered_formatter, LambdaPowertoolsFormatter)
    assert {"level", "message", "timestamp", "service"} <= set(line)
