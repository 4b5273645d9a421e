"""What every store of API keys promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from recommender.ports.stores import KeyStore
from recommender.trust.credentials import Key, Scope

NOON = datetime(2026, 3, 10, 12, 0, 0, 5, tzinfo=UTC)


def key(key_id: str, *, minutes: int = 0) -> Key:
    scopes = frozenset({Scope.READ, Scope.INGEST})
    return Key(
        key_id=key_id, name="café", scopes=scopes, digest="d" * 64, created_at=NOON + timedelta(minutes=minutes), per_second=0.5, burst=3
    )


def test_a_key_comes_back_as_it_was_put(keys: KeyStore) -> None:
    keys.put(key("k1"))

    assert keys.get("k1") == key("k1")
    assert keys.get("k2") is None


def test_a_key_that_ends_comes_back_with_its_end(keys: KeyStore) -> None:
    ending = replace(key("k1"), ends_at=NOON + timedelta(days=90))

    keys.put(ending)

    assert keys.get("k1") == ending


def test_a_key_is_written_over_the_former_one_of_its_id(keys: KeyStore) -> None:
    keys.put(key("k1"))
    revoked = replace(key("k1"), revoked_at=NOON)

    keys.put(revoked)

    assert keys.get("k1") == revoked
    assert keys.all() == [revoked]


def test_all_keys_come_the_oldest_first(keys: KeyStore) -> None:
    for one in (key("b", minutes=2), key("a", minutes=3), key("c", minutes=1)):
        keys.put(one)

    assert [one.key_id for one in keys.all()] == ["c", "b", "a"]
