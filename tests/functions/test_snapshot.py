"""A zip function wakes from a snapshot: what all copies would share must not be there when it is taken."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.functions.test_light_init import LIGHT

_WATCHED = """
import json, sys
opened = []
sys.addaudithook(lambda event, arguments: opened.append(event) if event in ("socket.connect", "socket.bind", "sqlite3.connect") else None)
import functions.{function}
import threading, infra.wiring
print(json.dumps({{"opened": opened, "apps": len(infra.wiring._apps), "threads": threading.active_count()}}))
"""
_WOKEN = """
import json, os, random
os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "tested"
import functions.gateway, snapshot_restore_py as hooks, sys
loaded = [function(*arguments, **named) for function, arguments, named in hooks._before_snapshot_registry]
random.seed(1)
asleep = random.getstate()
for function, arguments, named in hooks._after_restore_registry:
    function(*arguments, **named)
print(json.dumps({"index": "qdrant_client" in sys.modules, "same": random.getstate() == asleep}))
"""


def told(script: str, **environment: str) -> Any:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment or None)
    return json.loads(done.stdout)


@pytest.mark.parametrize("function", LIGHT)
def test_importing_a_function_opens_no_connection_builds_nothing_and_starts_no_thread(function: str) -> None:
    found = told(_WATCHED.format(function=function))

    assert found == {"opened": [], "apps": 0, "threads": 1}


def test_before_the_snapshot_the_configured_index_is_loaded_and_after_it_the_jitter_is_each_copys_own() -> None:
    found = told(_WOKEN, VECTOR_INDEX_URL="https://index.example", PATH="")

    assert found == {"index": True, "same": False}
