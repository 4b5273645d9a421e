"""Metrics: what is kept for Prometheus, and what is written for CloudWatch."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.emf import EmfMetrics
from infra.metrics import MOST_VALUES, Metrics
from infra.prometheus import PrometheusMetrics
from infra.settings import Settings
from infra.wiring import App
from recommender.errors import InvalidInput


def emf() -> tuple[EmfMetrics, io.StringIO]:
    stream = io.StringIO()
    return EmfMetrics("Segue/tested", stream=stream, clock=lambda: 1_795_435_200.0), stream


def test_counts_add_up_by_their_labels() -> None:
    metrics = PrometheusMetrics()

    metrics.count("messages", queue="uploads", outcome="done")
    metrics.count("messages", 2, queue="uploads", outcome="done")
    metrics.count("messages", queue="uploads", outcome="failed")

    lines = metrics.text().splitlines()
    assert 'segue_messages_total{queue="uploads",outcome="done"} 3' in lines
    assert 'segue_messages_total{queue="uploads",outcome="failed"} 1' in lines
    assert "# TYPE segue_messages_total counter" in lines


def test_times_become_a_cumulative_histogram() -> None:
    metrics = PrometheusMetrics()

    for seconds in (0.004, 0.005, 0.2, 1000.0):
        metrics.time("request_seconds", seconds, route="GET /health")

    lines = metrics.text().splitlines()
    assert 'segue_request_seconds_bucket{route="GET /health",le="0.005"} 2' in lines
    assert 'segue_request_seconds_bucket{route="GET /health",le="0.25"} 3' in lines
    assert 'segue_request_seconds_bucket{route="GET /health",le="300"} 3' in lines
    assert 'segue_request_seconds_bucket{route="GET /health",le="+Inf"} 4' in lines
    assert 'segue_request_seconds_count{route="GET /health"} 4' in lines
    assert 'segue_request_seconds_sum{route="GET /health"} 1000.209' in lines


def test_the_last_gauge_stands() -> None:
    metrics = PrometheusMetrics()

    metrics.gauge("model_age_seconds", 5)
    metrics.gauge("model_age_seconds", 3)

    assert "segue_model_age_seconds 3" in metrics.text().splitlines()


def test_a_label_with_quotes_and_line_breaks_is_escaped() -> None:
    metrics = PrometheusMetrics()

    metrics.gauge("quality", 1, figure='a"b\nc\\d')

    assert r'segue_quality{figure="a\"b\nc\\d"} 1' in metrics.text().splitlines()


@pytest.mark.parametrize("metrics", [PrometheusMetrics(), EmfMetrics("tested", stream=io.StringIO())])
def test_what_is_not_in_the_table_is_refused(metrics: Metrics) -> None:
    with pytest.raises(InvalidInput, match="wobbles"):
        metrics.count("wobbles")
    with pytest.raises(InvalidInput, match="user"):
        metrics.count("requests", user="ada")
    with pytest.raises(InvalidInput, match="requests"):
        metrics.gauge("requests", 1, route="x", outcome="y")


def test_a_label_takes_no_more_values_than_its_bound() -> None:
    metrics = PrometheusMetrics()

    for number in range(MOST_VALUES + 50):
        metrics.count("faults", code=f"code_{number}")

    series = [line for line in metrics.text().splitlines() if line.startswith("segue_faults_total{")]
    assert len(series) == MOST_VALUES + 1
    assert 'segue_faults_total{code="other"} 50' in series


def test_threads_that_count_at_once_lose_nothing() -> None:
    metrics = PrometheusMetrics()

    with ThreadPoolExecutor(8) as pool:
        for _ in range(2000):
            pool.submit(metrics.count, "gateway_errors")

    assert "segue_gateway_errors_total 2000" in metrics.text().splitlines()


def test_cloudwatch_is_told_of_a_count_by_its_labels_and_as_a_whole() -> None:
    metrics, stream = emf()

    metrics.count("ingest_rejections", reason="empty")
    metrics.count("ingest_rejections", reason="empty")
    metrics.flush()

    line = json.loads(stream.getvalue())
    assert line == {
        "_aws": {
            "Timestamp": 1_795_435_200_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "Segue/tested",
                    "Dimensions": [["reason"], []],
                    "Metrics": [{"Name": "ingest_rejections", "Unit": "Count"}],
                }
            ],
        },
        "reason": "empty",
        "ingest_rejections": 2.0,
    }


def test_cloudwatch_is_told_each_time_a_hundred_to_a_line() -> None:
    metrics, stream = emf()

    for _ in range(101):
        metrics.time("message_lag_seconds", 0.5, queue="interactions")
    metrics.flush()

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines[0]["message_lag_seconds"] == [0.5] * 100
    assert lines[1]["message_lag_seconds"] == 0.5


def test_a_gauge_of_a_label_has_no_whole() -> None:
    metrics, stream = emf()

    metrics.gauge("quality", 0.25, figure="coverage")
    metrics.flush()

    directive = json.loads(stream.getvalue())["_aws"]["CloudWatchMetrics"][0]
    assert directive["Dimensions"] == [["figure"]]


def test_what_was_written_is_not_written_again() -> None:
    metrics, stream = emf()

    metrics.count("gateway_errors")
    metrics.flush()
    metrics.flush()

    assert len(stream.getvalue().splitlines()) == 1


def test_configuration_says_where_metrics_go() -> None:
    kept = App(Settings.from_env({})).metrics
    written = App(Settings.from_env({"METRICS_URL": "emf:Segue/prod"})).metrics

    assert isinstance(kept, PrometheusMetrics)
    assert isinstance(written, EmfMetrics)
    with pytest.raises(InvalidInput, match="METRICS_URL='statsd:8125'"):
        Settings.from_env({"METRICS_URL": "statsd:8125"})
