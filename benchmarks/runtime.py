"""Run every zip function's bundle under Lambda's runtime emulator: samples, a walk, init and warm requests.

Times stand beside those of the same in a plain process, and are judged by whoever reads them. Ends with 1 if an answer is not the
expected one.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.emulator import Emulated, binary_of, emulated, environment
from recommender.ports.erasures import Erasure
from recommender.ports.queues import Queue
from tests.functions.test_samples import FAILED, SAMPLES, SCHEDULED, STATUS
from tests.walks import embedded, sqs_event

ZIPPED: Final = ("gateway", "record_interactions", "refresh_tastes", "erase_user", "report_quality")
INIT_ROUNDS: Final = 3
WARM: Final = 120
WARM_ROUNDS: Final = 3
_ALONE: Final = "import time; began = time.perf_counter(); import {module}; print((time.perf_counter() - began) * 1000)"
_IN_PROCESS: Final = """
import json, sys, time
from functions.gateway import handler
class Context:
    aws_request_id = function_name = "measured"
event = json.loads(sys.argv[1])
times = []
for _ in range(int(sys.argv[2])):
    began = time.perf_counter(); json.dumps(handler(event, Context())); times.append((time.perf_counter() - began) * 1000)
print(json.dumps(times[20:]))
"""


class Bench:
    """The bundle, the emulator, and a home for the embedded stack behind both."""

    def __init__(self, bundle: Path, binary: Path, folder: Path) -> None:
        self.bundle, self.binary, self.home = bundle, binary, folder / "home"
        self.key = ""
        self.wrong: list[str] = []

    def running(self, function: str) -> Any:
        """Lend a function under the emulator."""
        return emulated(f"functions.{function}.handler", binary=self.binary, bundle=self.bundle, home=self.home)

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Print one line, and remember what is not as it should be."""
        if found != wanted:
            self.wrong.append(what)
        print(f"{'ok   ' if found == wanted else 'WRONG'} {what}: {found}")

    def plain(self, script: str, *arguments: str) -> Any:
        """Return what a script prints in a plain process over the same bundle and home."""
        command = [sys.executable, "-S", "-c", script, *arguments]
        done = subprocess.run(command, env=environment(self.bundle, self.home), cwd=self.bundle, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--emulator-of", type=Path, default=Path(".venv-sam"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(asked.bundle.absolute(), binary_of(asked.emulator_of), Path(folder))
        fill(bench)
        walk(bench)
        for function in ZIPPED:
            try_samples(bench, function)
        for function in ZIPPED:
            measure_init(bench, function)
        measure_warm(bench)
    if bench.wrong:
        raise SystemExit(f"not as expected: {', '.join(bench.wrong)}")


def fill(bench: Bench) -> None:
    """Make the library that the samples speak of."""
    with embedded(bench.home) as walked:
        for number, word in enumerate(("Lantern Bay", "Harbour Lights", "Night Ferry"), start=1):
            described = {"title": word, "artists": ["Ottobrine"], "genres": ["ambient"]}
            walked.call("PUT", f"/tracks/track-{number}", body=described)
        walked.drain(Queue.METADATA)
        asked = Erasure(subject="user:3c1f0c5f6f9b2d1e8a7b4c5d", number=1, asked_at=datetime(2026, 11, 23, tzinfo=UTC))
        walked.app.stores.erasures.merge([asked])
        bench.key = walked.key or ""


def walk(bench: Bench) -> None:
    """Describe a track, listen to it and ask what is next, each call in a function of its own."""
    with bench.running("gateway") as gateway:
        bench.expect("PUT /tracks", _call(bench, gateway, "PUT", "/tracks/walked", {"title": "Tidewater", "genres": ["ambient"]})[0], 202)
        listened = {"interactions": [{"user_id": "ada", "track_id": "track-1", "kind": "like"}]}
        bench.expect("POST /interactions", _call(bench, gateway, "POST", "/interactions", listened)[1], {"accepted": 1, "rejected": []})
    with embedded(bench.home) as walked:
        # reading the words needs onnxruntime, so its function is an image and not a bundle
        bench.expect("metadata read", walked.drain(Queue.METADATA), 0)
    with embedded(bench.home) as walked:
        waiting = walked.app.stores.queues.receive(Queue.INTERACTIONS, max_messages=10, visibility_s=60, now=datetime.now(UTC))
        event = sqs_event(*((message.message_id, message.body) for message in waiting))
    with bench.running("record_interactions") as recorder:
        bench.expect("interactions recorded", recorder.invoke(event), {"batchItemFailures": []})
    with bench.running("gateway") as gateway:
        status, page = _call(bench, gateway, "GET", "/users/ada/recommendations", None)
        bench.expect("GET /users/ada/recommendations", (status, page.get("cold"), bool(page.get("items"))), (200, False, True))


def try_samples(bench: Bench, function: str) -> None:
    """Send the function its samples."""
    with bench.running(function) as running:
        for path in sorted(SAMPLES.glob(f"{function}.*.json")):
            event = json.loads(path.read_text(encoding="utf-8"))
            if "headers" in event:
                event["headers"]["authorization"] = f"Bearer {bench.key}"
            answer = running.invoke(event)
            bench.expect(f"sample {path.stem}", _verdict(path.stem, answer), _wanted(path.stem))


def measure_init(bench: Bench, function: str) -> None:
    """Compare the init that the emulator reports with the module's import in a plain process, in turn, the best of each."""
    inits, alone = [], []
    for _ in range(INIT_ROUNDS):
        with bench.running(function) as running:
            takes_messages = function in {"record_interactions", "erase_user"}
            running.invoke({"Records": []} if takes_messages else _request(bench, "GET", "/nowhere", None))
            inits.append(running.init_ms())
        alone.append(bench.plain(_ALONE.format(module=f"functions.{function}")))
    init, imports = min(inits), min(alone)
    print(f"init {function}: {init:.0f} ms under the emulator, {imports:.0f} ms imports alone, {init / imports:.2f}x")


def measure_warm(bench: Bench) -> None:
    """Compare a warm request under the emulator with the same in a plain process, in turn.

    On a machine that others use too, the fast tenth tells the difference that the runtime makes; medians tell the machine.
    """
    event = _request(bench, "GET", "/users/ada/recommendations", None)
    emulated_ms: list[float] = []
    alone_ms: list[float] = []
    for _ in range(WARM_ROUNDS):
        alone_ms += bench.plain(_IN_PROCESS, json.dumps(event), str(WARM))
        with bench.running("gateway") as running:
            emulated_ms += [_took_ms(running, event) for _ in range(WARM)][20:]
    for name, at in (("fast tenth", 1), ("median", 5)):
        warm, alone = (statistics.quantiles(times, n=10)[at - 1] for times in (emulated_ms, alone_ms))
        print(f"warm recommendation, {name}: {warm:.1f} ms through the emulator, {alone:.1f} ms in process, {warm - alone:+.1f} ms")


def _took_ms(running: Emulated, event: Mapping[str, Any]) -> float:
    began = time.perf_counter()
    running.invoke(event)
    return (time.perf_counter() - began) * 1000


def _call(bench: Bench, gateway: Emulated, method: str, path: str, body: object) -> tuple[int, Any]:
    answer = gateway.invoke(_request(bench, method, path, body))
    return int(answer["statusCode"]), json.loads(answer["body"] or "{}")


def _request(bench: Bench, method: str, path: str, body: object) -> dict[str, Any]:
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "emulated"}
    return {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "authorization": f"Bearer {bench.key}"},
        "requestContext": {"http": http, "stage": "$default", "requestId": "emulated"},
        "isBase64Encoded": False,
        "body": None if body is None else json.dumps(body),
    }


def _verdict(sample: str, answer: Mapping[str, Any]) -> object:
    if sample in STATUS:
        return answer.get("statusCode")
    if sample in FAILED:
        return [failure["itemIdentifier"] for failure in answer.get("batchItemFailures", [answer])]
    return "errorType" not in answer


def _wanted(sample: str) -> object:
    return STATUS.get(sample, FAILED.get(sample, sample in SCHEDULED))


if __name__ == "__main__":
    main()
