"""Keys and the audit log on the command line, on a real home where no host runs."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import wiring
from infra.key_ring import KeyRing, ring_in
from infra.local.lock import HomeLock
from recommender.errors import InvalidInput
from tests.infra.local.console import at_home, run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with at_home(tmp_path, monkeypatch) as home:
        yield home


def told(*arguments: str) -> list[tuple[str, str, str]]:
    """Run a command and return who did what, and how it ended, as the log has it since."""
    before = len(json.loads(run("audit", "--json", "--last", "1000").stdout)["items"]) + 1
    run(*arguments)
    items = json.loads(run("audit", "--json", "--last", "1000").stdout)["items"]
    return [(item["actor"], item["action"], item["outcome"]) for item in items[before:]]


@pytest.mark.usefixtures("home")
def test_a_key_is_shown_once_listed_without_its_secret_and_ends_when_it_is_revoked() -> None:
    made = json.loads(run("keys", "--json", "add", "app", "--scope", "read", "--days", "2").stdout)

    listed = run("keys")
    revoked = run("keys", "revoke", made["key_id"])

    assert made["ends_at"] > made["created_at"]
    assert made["key_id"] in listed.stdout
    assert "valid until 2" in listed.stdout
    assert made["key"].rsplit("_", 1)[1] not in listed.stdout
    assert "opens nothing any more." in revoked.stdout
    assert "revoked" in run("keys").stdout


@pytest.mark.usefixtures("home")
def test_acts_at_the_console_are_in_the_audit_log() -> None:
    assert told("keys", "add", "app") == [("console", "keys.add", "done")]
    assert told("keys", "rotate-signing") == [("console", "keys.rotate_signing", "done")]
    assert told("keys", "rotate-users") == [("console", "keys.rotate_users", "done")]
    assert told("audit", "verify") == [("console", "audit.verify", "done")]
    assert told("audit") == [("console", "audit.read", "done")]
    assert told("doctor", "--redrive", "--repair") == [("console", "doctor.repair", "done"), ("console", "doctor.redrive", "done")]
    assert ("console", "function.invoke", "done") in told("train")
    assert [act[1:] for act in told("export-user", "ada")] == [("user.export", "done")]
    assert [act[1:] for act in told("taste", "ada")] == [("taste.read", "done")]
    assert ("user.erase", "done") in [act[1:] for act in told("erase-user", "ada", "--yes")]


def test_a_log_that_was_cut_is_found_by_its_noted_head(home: Path) -> None:
    run("keys", "add", "one")
    run("keys", "add", "two")
    noted = run("audit", "head").stdout.strip()
    assert run("audit", "verify", "--head", noted).exit_code == 0

    connection = sqlite3.connect(home / "state.db")
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connection.execute("DELETE FROM audit WHERE number >= 2")
    connection.executescript("DROP TRIGGER audit_stays; DELETE FROM audit WHERE number >= 2;")
    connection.close()
    cut, unnoticed = run("audit", "verify", "--head", noted), run("audit", "verify")

    assert (cut.exit_code, unnoticed.exit_code) == (1, 0)
    assert "cut off or replaced" in cut.stdout


def test_a_fresh_signing_key_leaves_the_pseudonyms_alone(home: Path) -> None:
    before = ring_in(home)

    first, second = run("keys", "rotate-signing"), run("keys", "rotate-signing", "--at-once")

    ring = ring_in(home)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (ring.links, len(ring.signing)) == (before.links, 1)
    assert ring.secret(b"tokens") != before.secret(b"tokens")


def test_users_keep_their_preferences_when_the_user_key_is_changed(home: Path) -> None:
    stores = wiring.app().stores
    user = wiring.app().pseudonyms.of("ada")
    from recommender.tastes.preferences import Preferences

    stores.preferences.put(Preferences(user=user, allow_explicit=False))
    wiring.reset()

    moved = json.loads(run("keys", "--json", "rotate-users").stdout)

    assert moved == {"users": 1, "keys": 2}
    assert wiring.app().pseudonyms.of("ada") != user
    kept = wiring.app().stores.preferences.get(wiring.app().pseudonyms.of("ada"))
    assert kept is not None
    assert not kept.allow_explicit
    assert len(ring_in(home).links) == 2


@pytest.mark.parametrize("command", ["rotate-signing", "rotate-users"])
def test_keys_are_not_changed_under_a_host(home: Path, command: str) -> None:
    with HomeLock(home):
        result = run("keys", command)

    assert result.exit_code == 1
    assert "in use by process" in result.stderr


@pytest.mark.parametrize("command", ["rotate-signing", "rotate-users"])
@pytest.mark.usefixtures("home")
def test_keys_that_are_given_are_changed_where_they_are_given(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("USER_KEY", "given")

    result = run("keys", command)

    assert result.exit_code == 1
    assert "change them there" in result.stderr


@pytest.mark.parametrize("text", ["", "\n", "sign a", "a\nsign b until tomorrow", "a\nsign b until 2026-01-01"])
def test_a_ring_that_cannot_be_read_is_refused_without_telling_keys(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        KeyRing.parse(text)

    assert refused.value.field == "USER_KEY"
