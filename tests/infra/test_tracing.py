"""A trace's id is taken from whoever carries one, and from nobody who carries something else."""

import pytest

from infra.tracing import trace_of

XRAY = "1-67891233-abcdef012345678912345678"
W3C = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("carriers", "found"),
    [
        ({"_X_AMZN_TRACE_ID": f"Root={XRAY};Parent=53995c3f42cd8ad8;Sampled=1"}, XRAY),
        ({"X-Amzn-Trace-Id": f"Self=1-1-1;Root={XRAY}"}, XRAY),
        ({"AWSTraceHeader": f"Root={XRAY}"}, XRAY),
        ({"traceparent": f"00-{W3C}-00f067aa0ba902b7-01"}, W3C),
        ({"traceparent": f"00-{W3C}-00f067aa0ba902b7-01", "_X_AMZN_TRACE_ID": f"Root={XRAY}"}, W3C),
        ({"traceparent": f"00-{'0' * 32}-00f067aa0ba902b7-01"}, None),
        ({"traceparent": 'x" injected="1'}, None),
        ({"X-Amzn-Trace-Id": f"Root={XRAY}ff"}, None),
        ({"x-other": XRAY}, None),
        ({}, None),
    ],
)
def test_a_trace_is_found_in_what_carries_it(carriers: dict[str, str], found: str | None) -> None:
    assert trace_of(carriers) == found
