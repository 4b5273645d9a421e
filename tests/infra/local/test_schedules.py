"""Scheduled functions run at their rate, one run of each at a time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.invoker import Invoker
from infra.local.schedules import Schedules
from infra.local.template import Plan, PlannedFunction
from tests.infra.local.handlers import Ledger
from tests.infra.local.waiting import eventually

SOON = timedelta(milliseconds=5)


def scheduled(handler: str, rate: timedelta, ledger_file: Path) -> Schedules:
    function = PlannedFunction(
        name="TestFunction", handler=f"tests.infra.local.handlers.{handler}", timeout_s=5, memory_mb=128, schedules=(rate,)
    )
    return Schedules(Plan((function,), {}), Invoker(), ledger=ledger_file, first_delay=SOON)


def test_a_function_runs_again_and_again_but_never_beside_itself(tmp_path: Path, ledger: Ledger) -> None:
    schedules = scheduled("on_schedule", timedelta(milliseconds=1), tmp_path / "schedules.json")

    schedules.start()
    eventually(lambda: len(ledger.schedules) >= 3)
    schedules.stop(timeout_s=10)

    assert set(ledger.schedules) == {"aws.events"}
    assert ledger.most_running == 1


def test_a_run_that_fails_does_not_end_the_schedule(tmp_path: Path, ledger: Ledger) -> None:
    schedules = scheduled("failing_schedule", timedelta(milliseconds=1), tmp_path / "schedules.json")

    schedules.start()
    eventually(lambda: len(ledger.schedules) >= 2)
    schedules.stop(timeout_s=10)

    assert ledger.schedules[:2] == ["failed", "failed"]


def test_a_restart_within_the_rate_runs_nothing_again(tmp_path: Path, ledger: Ledger) -> None:
    file = tmp_path / "schedules.json"
    first = scheduled("on_schedule", timedelta(hours=1), file)
    first.start()
    eventually(file.exists)
    first.stop(timeout_s=10)

    second = scheduled("on_schedule", timedelta(hours=1), file)
    second.start()
    hurried = scheduled("failing_schedule", timedelta(milliseconds=1), tmp_path / "other.json")
    hurried.start()
    eventually(lambda: ledger.schedules.count("failed") >= 3)
    for schedules in (second, hurried):
        schedules.stop(timeout_s=10)

    assert ledger.schedules.count("aws.events") == 1


def test_a_last_run_long_ago_is_made_up_for_after_the_first_delay(tmp_path: Path, ledger: Ledger) -> None:
    file = tmp_path / "schedules.json"
    long_ago = datetime.now(UTC) - timedelta(days=3)
    file.write_text(f'{{"TestFunction-0": "{long_ago.isoformat()}"}}', encoding="utf-8")
    schedules = scheduled("on_schedule", timedelta(hours=1), file)

    schedules.start()
    eventually(lambda: ledger.schedules == ["aws.events"])
    schedules.stop(timeout_s=10)

    assert str(long_ago.date()) not in file.read_text(encoding="utf-8")


def test_a_last_run_in_a_time_to_come_holds_nothing_up_for_longer_than_the_rate(tmp_path: Path, ledger: Ledger) -> None:
    memory = tmp_path / "schedules.json"
    ahead = datetime.now(UTC) + timedelta(days=3)
    memory.write_text(json.dumps({"TestFunction-0": ahead.isoformat()}), encoding="utf-8")
    schedules = scheduled("on_schedule", timedelta(milliseconds=50), memory)

    schedules.start()
    eventually(lambda: bool(ledger.schedules))
    schedules.stop(timeout_s=10)

    assert set(ledger.schedules) == {"aws.events"}


@pytest.mark.parametrize("torn", ["{torn", "[]", '{"TestFunction-0": 5}'])
def test_a_memory_that_cannot_be_read_is_taken_for_none(tmp_path: Path, ledger: Ledger, torn: str) -> None:
    (tmp_path / "schedules.json").write_text(torn, encoding="utf-8")
    schedules = scheduled("on_schedule", timedelta(milliseconds=50), tmp_path / "schedules.json")

    schedules.start()
    eventually(lambda: bool(ledger.schedules))
    schedules.stop(timeout_s=10)

    assert set(ledger.schedules) == {"aws.events"}


def test_what_is_asked_for_beside_the_schedule_runs_soon_and_once_for_each_asking(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.local.schedules._LOOK_S", 0.005)
    asked = ["", "", "", "first", "first", "first", "first", "second"]
    function = PlannedFunction(
        name="TestFunction", handler="tests.infra.local.handlers.on_schedule", timeout_s=5, memory_mb=128, schedules=(timedelta(days=1),)
    )
    schedules = Schedules(
        Plan((function,), {}),
        Invoker(),
        ledger=tmp_path / "schedules.json",
        asked=lambda _: asked.pop(0) if len(asked) > 1 else asked[0],
    )

    schedules.start()
    eventually(lambda: len(ledger.schedules) >= 2)
    schedules.stop(timeout_s=10)

    assert ledger.schedules == ["aws.events"] * 2
