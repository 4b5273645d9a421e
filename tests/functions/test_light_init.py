"""Light functions load nothing heavy, and start within their ceiling."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    "librosa", "numba", "torch", "scipy", "sklearn", "sentence_transformers", "transformers", "onnxruntime", "onnx", "tokenizers",
    "soundfile", "soxr", "tinytag", "qdrant_client", "qdrant_edge", "matplotlib", "pandas", "aws_xray_sdk", "dp_accounting",
)  # fmt: skip
LIGHT = ("gateway", "record_interactions", "refresh_tastes", "erase_user", "report_quality")
# Seconds of processor time; twice and more of what was measured, for slow and busy machines.
CEILING_S = 2.5


@pytest.mark.parametrize("function", LIGHT)
def test_a_light_function_loads_nothing_heavy_and_starts_within_its_ceiling(function: str) -> None:
    script = (
        "import time, sys, json; began = time.process_time();"
        f"import functions.{function};"
        "print(json.dumps({'seconds': time.process_time() - began, 'modules': [name.split('.')[0] for name in sys.modules]}))"
    )

    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    told = json.loads(finished.stdout)

    assert sorted(set(told["modules"]) & set(HEAVY)) == []
    assert told["seconds"] < CEILING_S
