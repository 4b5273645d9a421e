"""The id of a trace, taken from whoever began it, so that the logs of all that one call set off can be found together.

Nothing is sent from here: Lambda itself reports its segments where the template switches tracing on. The id only goes into the logs.
"""

import re
from collections.abc import Mapping
from typing import Final

# X-Ray: Root=1-<8 hex>-<24 hex>; W3C Trace Context: version-<32 hex>-<16 hex>-flags.
_XRAY: Final = re.compile(r"(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)")
_W3C: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_NO_TRACE: Final = "0" * 32


def trace_of(carriers: Mapping[str, str]) -> str | None:
    """Return the trace id that a request's headers, a message's attributes or the environment carry; whatever is malformed is not one.

    Parameters
    ----------
    carriers
        Names and values, such as ``traceparent``, ``x-amzn-trace-id``, ``AWSTraceHeader`` or ``_X_AMZN_TRACE_ID``.
    """
    told = {name.lower(): value for name, value in carriers.items()}
    begun = _W3C.fullmatch(told.get("traceparent", ""))
    if begun and begun[1] != _NO_TRACE:
        return begun[1]
    for name in ("x-amzn-trace-id", "awstraceheader", "_x_amzn_trace_id"):
        found = _XRAY.search(told.get(name, ""))
        if found:
            return found[1]
    return None
