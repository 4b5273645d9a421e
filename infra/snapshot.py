"""What happens around the snapshot that Lambda starts zip functions from: load before it, share nothing after it.

Every copy wakes with the same memory. So nothing is built at import: connections, keys and clocks belong to the copy that opens them
(``infra.wiring`` builds on first use), identifiers come from the operating system's randomness (``uuid4``, ``secrets``), and the one
generator that is seeded at import, ``random``'s, which libraries take their jitter from, is seeded again.
"""

import gc
import importlib
import importlib.util
import random
from collections.abc import Mapping
from typing import Final

# Loaded before the snapshot where the configuration will ask for them: a second and more that no request waits for.
_LOADED: Final[Mapping[str, tuple[str, ...]]] = {
    "VECTOR_INDEX_URL=http": ("infra.qdrant_collection",),
    "STATE_URL=dynamodb": ("infra.aws.clients",),
}


def around_snapshot(environment: Mapping[str, str]) -> None:
    """Have Lambda's runtime call back before it takes a snapshot and after it woke from one; elsewhere nothing happens."""
    if "AWS_LAMBDA_FUNCTION_NAME" not in environment or importlib.util.find_spec("snapshot_restore_py") is None:
        return
    import snapshot_restore_py  # type: ignore[import-untyped]  # noqa: PLC0415  # Lambda's own, without hints

    snapshot_restore_py.register_before_snapshot(load, environment)
    snapshot_restore_py.register_after_restore(random.seed)


def load(environment: Mapping[str, str]) -> None:
    """Import what the configured stores need; open nothing."""
    for condition, modules in _LOADED.items():
        name, _, scheme = condition.partition("=")
        if environment.get(name, "").startswith(scheme):
            for module in modules:
                importlib.import_module(module)


def settle() -> None:
    """Take all that is loaded by now out of the garbage collector's rounds: it lives as long as the process.

    A full round over the modules of a validating resolver costs tens of milliseconds, which some request in a hundred would wait for.
    """
    gc.collect()
    gc.freeze()
