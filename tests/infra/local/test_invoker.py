"""Handlers are called as Lambda calls them."""

import subprocess
import sys

import pytest

from infra.local.invoker import Invoker
from infra.local.template import PlannedFunction

LOUD = """
from infra.local.invoker import Invoker
from infra.local.template import PlannedFunction
function = PlannedFunction(name="LoudFunction", handler="tests.infra.local.handlers.loud", timeout_s=3, memory_mb=128)
Invoker().invoke(function, {})
print("the answer")
"""


def planned(handler: str) -> PlannedFunction:
    return PlannedFunction(name="TestFunction", handler=f"tests.infra.local.handlers.{handler}", timeout_s=3, memory_mb=128)


def test_what_a_handler_raises_passes_through() -> None:
    with pytest.raises(RuntimeError, match="secret"):
        Invoker().invoke(planned("broken"), {})


def test_the_context_tells_what_lambda_s_tells() -> None:
    invoker = Invoker()

    context = invoker.context(planned("echo"), request_id="r-1")

    assert (context.function_name, context.aws_request_id, context.memory_limit_in_mb) == ("TestFunction", "r-1", 128)
    assert context.invoked_function_arn.endswith(":function:TestFunction")
    assert context.log_group_name == "/aws/lambda/TestFunction"
    assert 0 < context.get_remaining_time_in_millis() <= 3000


def test_a_function_s_log_stays_off_standard_output() -> None:
    run = subprocess.run([sys.executable, "-c", LOUD], capture_output=True, text=True, check=True)

    assert run.stdout == "the answer\n"
    assert "something happened" in run.stderr
