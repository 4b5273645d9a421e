"""The commands of erasure: erase with a receipt, check it, keep the list, and erase again what a backup brought back."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import wiring
from tests.infra.local.test_commands import run, stock


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    home = tmp_path / "home"
    for name in ("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("SEGUE_HOME", str(home))
    monkeypatch.setenv("HEARING_WORKERS", "1")
    wiring.reset()
    stock(home, tracks=("a", "b"), points=("a", "b"))
    for user in ("ada", "ben"):
        assert run("play", user, "a", "--kind", "like").exit_code == 0
    yield home
    wiring.reset()


def erased(user: str = "ada") -> dict[str, object]:
    told: dict[str, object] = json.loads(run("erase-user", user, "--yes", "--json").stdout)
    return told


def held(user: str) -> int:
    return len(json.loads(run("export-user", user).stdout)["interactions"])


def checks(*arguments: str) -> tuple[int, dict[str, bool]]:
    answer = run("verify-receipt", *arguments, "--json")
    return answer.exit_code, {one["check"]: one["ok"] for one in json.loads(answer.stdout)["checks"]}


@pytest.mark.usefixtures("home")
def test_an_erasure_ends_with_its_receipt() -> None:
    receipt = erased()

    assert (receipt["status"], receipt["removed"], receipt["retraining"]) == (
        "erased",
        {"messages": 0, "interactions": 1, "tastes": 1, "preferences": 0, "impressions": 0},
        "not_asked",
    )
    assert (held("ada"), held("ben")) == (0, 1)


@pytest.mark.usefixtures("home")
def test_an_erasure_is_told_in_words() -> None:
    answer = run("erase-user", "ada", "--yes")

    assert answer.stdout.startswith("ada is erased: 1 interaction, 1 taste removed; receipt ")


@pytest.mark.usefixtures("home")
def test_a_receipt_can_be_verified_afterwards_for_its_user_alone() -> None:
    receipt_id = str(erased()["receipt_id"])

    whole, mine, others = checks(receipt_id), checks(receipt_id, "--user", "ada"), checks(receipt_id, "--user", "ben")

    assert whole == (0, {"signature": True, "audit log": True})
    assert mine == (0, {"signature": True, "audit log": True, "ledger": True, "stores": True})
    assert others == (1, {"signature": True, "audit log": True, "user": False})


def test_a_receipt_that_was_tampered_with_is_refused(home: Path) -> None:
    receipt = erased()
    kept = home / "kept.json"
    kept.write_text(json.dumps(receipt), encoding="utf-8")
    changed = home / "changed.json"
    changed.write_text(json.dumps({**receipt, "removed": {"interactions": 99}}), encoding="utf-8")

    whole = checks(str(receipt["receipt_id"]), "--from", str(kept))
    tampered = checks(str(receipt["receipt_id"]), "--from", str(changed))

    assert whole == (0, {"signature": True, "audit log": True})
    assert tampered == (1, {"signature": False, "audit log": False})


@pytest.mark.usefixtures("home")
def test_a_receipt_that_does_not_exist_is_said_not_to() -> None:
    answer = run("verify-receipt", "none")

    assert answer.exit_code == 1
    assert "no receipt none" in answer.stderr


def test_a_file_that_is_no_receipt_is_refused(home: Path) -> None:
    (home / "other.json").write_text("[]", encoding="utf-8")

    answer = run("verify-receipt", "r", "--from", str(home / "other.json"))

    assert answer.exit_code == 1
    assert "holds no receipt" in answer.stderr


def test_the_list_names_nobody_and_erases_a_restored_library_again(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "backup")
    erased()
    written = run("erasures", "--export", str(tmp_path / "erased.list"), "--json")
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "backup", home)
    before = held("ada")

    done = json.loads(run("erase-again", "--from", str(tmp_path / "erased.list"), "--json").stdout)

    (listed,) = json.loads(written.stdout)["items"]
    assert listed["subject"].startswith("user:")
    assert "ada" not in (tmp_path / "erased.list").read_text(encoding="utf-8")
    assert (done["listed"], done["unknown"], done["users"], done["removed"]["interactions"]) == (1, 1, 1, 1)
    assert (before, held("ada"), held("ben")) == (1, 0, 1)


@pytest.mark.parametrize("command", [("erase-again",), ("doctor", "--repair")])
def test_a_restored_database_is_mended_by_the_list_beside_it(home: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    shutil.copy(home / "state.db", tmp_path / "state.db")
    erased()
    for name in ("state.db-wal", "state.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "state.db", home / "state.db")
    before = held("ada")

    run(*command)

    assert (before, held("ada"), held("ben")) == (1, 0, 1)


def test_a_list_that_cannot_be_read_is_refused_by_its_line(home: Path) -> None:
    (home / "bad.list").write_text('{"subject": "user:1", "number": "x"}\n', encoding="utf-8")

    answer = run("erase-again", "--from", str(home / "bad.list"))

    assert answer.exit_code == 1
    assert "line 1 of" in answer.stderr


def test_a_list_whose_last_line_was_cut_short_is_read_and_continued(home: Path) -> None:
    erased()
    with (home / "erasures.list").open("a", encoding="ascii") as file:
        file.write('{"subject":"user:cut')
    erased("ben")

    listed = json.loads(run("erase-again", "--json").stdout)

    assert (listed["listed"], listed["unknown"]) == (2, 0)


@pytest.mark.usefixtures("home")
def test_an_export_of_many_pages_is_one_document() -> None:
    for number in range(3):
        assert run("play", "ada", "b", "--at", f"2026-05-0{number + 1}T12:00:00Z").exit_code == 0

    told = json.loads(run("export-user", "ada").stdout)

    assert [act["track_id"] for act in told["interactions"]] == ["a", "b", "b", "b"]
    assert {part["part"]: part["count"] for part in told["index"]}["interactions"] == 4
    assert told["next"] is None


@pytest.mark.usefixtures("home")
def test_with_retrain_and_too_little_listening_left_nobody_is_left_in_the_factors() -> None:
    receipt = json.loads(run("erase-user", "ada", "--yes", "--retrain", "--json").stdout)

    assert receipt["retraining"] == "withdrawn"
