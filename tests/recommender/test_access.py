"""Keys and tokens open what they were made for, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import Forbidden, InvalidInput, NotFound, Unknown
from recommender.trust.access import REMEMBERED, Access, FormerSecret, require, require_user
from recommender.trust.credentials import Caller, Scope
from tests.fakes.stores import FakeKeyStore

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)


def access() -> Access:
    return Access(FakeKeyStore(), secret=b"secret")


def test_a_key_tells_who_calls_and_what_they_may_do() -> None:
    doors = access()
    key, credential = doors.mint("phone app", [Scope.READ, Scope.LISTEN], now=NOW)

    caller = doors.caller(credential, now=SOON)

    assert (caller.actor, caller.scopes, caller.user) == (key.key_id, {Scope.READ, Scope.LISTEN}, None)


def test_what_is_kept_of_a_key_does_not_hold_its_secret() -> None:
    store = FakeKeyStore()
    _, credential = Access(store, secret=b"secret").mint("app", [Scope.READ], now=NOW)

    kept = repr(store.all())

    assert credential.rpartition("_")[2] not in kept
    assert credential.split("_", 2)[2] not in kept


@pytest.mark.parametrize(
    "spoil", [lambda c: c[:-1], lambda c: c + "x", lambda c: c.upper(), lambda _: "", lambda _: "segue_", lambda _: "Ω"]
)
def test_a_key_that_is_not_quite_right_opens_nothing(spoil) -> None:  # type: ignore[no-untyped-def]  # a lambda of the table above
    doors = access()
    _, credential = doors.mint("app", [Scope.READ], now=NOW)

    with pytest.raises(Unknown):
        doors.caller(spoil(credential), now=SOON)


def test_a_key_with_the_secret_of_another_opens_nothing() -> None:
    doors = access()
    one, _ = doors.mint("one", [Scope.ADMIN], now=NOW)
    _, other = doors.mint("other", [Scope.READ], now=NOW)

    with pytest.raises(Unknown):
        doors.caller(f"segue_{one.key_id}_{other.split('_', 2)[2]}", now=SOON)


def test_a_revoked_key_opens_nothing_here_at_once_and_elsewhere_after_ten_seconds() -> None:
    store = FakeKeyStore()
    here, elsewhere = (Access(store, secret=b"secret", remembered=REMEMBERED) for _ in range(2))
    key, credential = here.mint("app", [Scope.READ], now=NOW)
    elsewhere.caller(credential, now=NOW)

    here.revoke(key.key_id, now=NOW)

    with pytest.raises(Unknown):
        here.caller(credential, now=NOW)
    with pytest.raises(Unknown):
        elsewhere.caller(credential, now=NOW + REMEMBERED)


def test_revoking_a_key_that_does_not_exist_names_it() -> None:
    with pytest.raises(NotFound, match="no key k9"):
        access().revoke("k9", now=NOW)


def test_a_token_reaches_its_own_user_until_it_ends() -> None:
    doors = access()
    token = doors.token("ann", lasting=timedelta(minutes=10), now=NOW)

    caller = doors.caller(token, now=NOW + timedelta(minutes=9))

    require_user(caller, "ann")
    with pytest.raises(Forbidden):
        require_user(caller, "bob")
    with pytest.raises(Unknown, match="ended"):
        doors.caller(token, now=NOW + timedelta(minutes=10))


@given(at=st.integers(0, 200), other=st.characters(codec="ascii", categories=["L", "N"]))
def test_a_token_in_which_anything_was_changed_opens_nothing(at: int, other: str) -> None:
    doors = access()
    token = doors.token("ann", lasting=timedelta(minutes=10), now=NOW)
    place = at % len(token)
    changed = token[:place] + other + token[place + 1 :]

    if changed != token:
        with pytest.raises(Unknown):
            doors.caller(changed, now=NOW)


@pytest.mark.parametrize("seconds", [0, -1, 3601])
def test_a_token_lasts_an_hour_at_most(seconds: int) -> None:
    with pytest.raises(InvalidInput):
        access().token("ann", lasting=timedelta(seconds=seconds), now=NOW)


def test_a_scope_that_is_not_held_is_named_and_admin_holds_all() -> None:
    reader = Caller(actor="k", scopes=frozenset({Scope.READ}), per_second=1, burst=1)
    admin = Caller(actor="k", scopes=frozenset({Scope.ADMIN}), per_second=1, burst=1)

    for scope in Scope:
        require(admin, scope)
    require(reader, Scope.READ)
    with pytest.raises(Forbidden, match="needs the scope ingest; the key has read"):
        require(reader, Scope.INGEST)


def test_a_key_without_scopes_or_room_is_refused() -> None:
    with pytest.raises(InvalidInput):
        access().mint("app", [], now=NOW)
    with pytest.raises(InvalidInput):
        access().mint("app", [Scope.READ], now=NOW, per_second=0)


def test_a_key_that_was_revoked_elsewhere_ends_at_once_where_keys_are_read_again() -> None:
    store = FakeKeyStore()
    here, elsewhere = Access(store, secret=b"secret"), Access(store, secret=b"secret")
    key, credential = here.mint("app", [Scope.READ], now=NOW)
    elsewhere.caller(credential, now=NOW)

    here.revoke(key.key_id, now=NOW)

    with pytest.raises(Unknown):
        elsewhere.caller(credential, now=NOW)


def test_a_key_with_an_end_opens_nothing_from_it_on() -> None:
    doors = access()
    _, credential = doors.mint("app", [Scope.READ], now=NOW, lasting=timedelta(days=1))

    doors.caller(credential, now=NOW + timedelta(hours=23))
    with pytest.raises(Unknown, match="ended"):
        doors.caller(credential, now=NOW + timedelta(days=1))


def test_while_the_signing_key_changes_tokens_of_both_are_accepted_and_then_those_of_the_new_one() -> None:
    token = Access(FakeKeyStore(), secret=b"old").token("ann", lasting=timedelta(hours=1), now=NOW)
    doors = Access(FakeKeyStore(), secret=b"new", former=[FormerSecret(b"old", NOW + timedelta(minutes=30))])

    doors.caller(token, now=NOW + timedelta(minutes=29))
    doors.caller(doors.token("ann", lasting=timedelta(hours=1), now=NOW), now=NOW)

    with pytest.raises(Unknown, match="not signed here"):
        doors.caller(token, now=NOW + timedelta(minutes=30))


def test_what_is_too_long_for_a_key_is_not_looked_at() -> None:
    with pytest.raises(Unknown, match="shorter"):
        access().caller("segueuser." + "x" * 100_000, now=NOW)


def test_a_key_that_would_last_no_time_is_refused() -> None:
    with pytest.raises(InvalidInput):
        access().mint("app", [Scope.READ], now=NOW, lasting=timedelta())
