"""A changed user key: everybody keeps what is theirs, and nothing is left under the former pseudonym."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from infra import rekeying, wiring
from infra.aws.clients import client
from infra.aws.secrets import forget_secrets
from infra.key_ring import KeyRing, put_ring
from infra.pseudonyms import Pseudonyms
from infra.stores import Stores
from recommender.errors import Unavailable
from recommender.ports.queues import Queue
from recommender.ports.stores import InteractionLog, PreferenceStore
from recommender.tastes.preferences import Preferences
from tests.walks import Walk

USERS = ("ada", "bob", "cleo")


class PowerCut(RuntimeError):
    """What ends a process in the middle."""


class CutOff:
    """A store whose calls end the process from one of them on."""

    def __init__(self, store: InteractionLog | PreferenceStore, *, call: str, at: int) -> None:
        self._store, self._call, self._left = store, call, at

    def __getattr__(self, name: str) -> Any:
        """Return the store's own, until it is too late."""
        return self._cut if name == self._call else getattr(self._store, name)

    def _cut(self, *told: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise PowerCut
        return getattr(self._store, self._call)(*told)


def listened(walk: Walk) -> None:
    """Let three users do something of every kind, one of them twice with an id of its own."""
    for track in ("t1", "t2"):
        walk.call("PUT", f"/tracks/{track}", body={"title": f"Title {track}", "artists": ["Ottobrine"], "genres": ["ambient"]})
    walk.drain(Queue.METADATA)
    for user in USERS:
        walk.call("PUT", f"/users/{user}/preferences", body={"pick_genres": ["ambient"]})
    tell(walk)
    for user in USERS:
        assert walk.call("GET", f"/users/{user}/recommendations").status == 200


def tell(walk: Walk) -> None:
    at = "2026-11-01T12:00:00Z"
    acts: list[dict[str, object]] = [{"user_id": user, "track_id": "t1", "kind": "like", "at": at} for user in USERS]
    acts += [{"user_id": user, "track_id": "t2", "kind": "play", "at": at, "interaction_id": "own"} for user in USERS]
    assert walk.call("POST", "/interactions", body={"interactions": acts}).body["accepted"] == len(acts)
    assert walk.drain(Queue.INTERACTIONS) == 0


def add_link(stores: Stores) -> KeyRing:
    """Put a further key where the stack keeps its own."""
    ring = stores.ring.with_link()
    if stores.settings.user_key_arn is None:
        put_ring(stores.settings.home, ring)
    else:
        client("secretsmanager").put_secret_value(SecretId=stores.settings.user_key_arn, SecretString=ring.text())
    return ring


def reopened(walk: Walk) -> Walk:
    """Return the same stack as a process finds it that starts now."""
    wiring.reset()
    forget_secrets()
    again = type(walk)(wiring.app(), source=None if "sqlite" in wiring.app().settings.queues_url else walk.source)
    again.key = walk.key
    return again


def held(walk: Walk, user: str) -> dict[str, Any]:
    """Return what of an export a pseudonym has no part in."""
    stores, pseudonym = walk.app.stores, walk.app.pseudonyms.of(user)
    taste = stores.tastes.get(pseudonym)
    return {
        "acts": sorted((replace(act, user="", interaction_id="") for act in stores.interactions.of_user(pseudonym)), key=repr),
        "taste": taste and (taste.plays, sorted(taste.spaces), dict(taste.heard)),
        "asked": stores.preferences.get(pseudonym) and replace(stores.preferences.get(pseudonym) or Preferences(user=""), user=""),
        "shown": [replace(page, user="") for page in stores.impressions.of_user(pseudonym)],
    }


def test_after_the_key_is_changed_everybody_finds_what_is_theirs_under_another_name(either: Walk) -> None:
    listened(either)
    before = {user: held(either, user) for user in USERS}
    former = {either.app.pseudonyms.of(user) for user in USERS}
    trending = either.app.stores.interactions.trending(now=datetime(2026, 11, 2, tzinfo=UTC), half_life_days=7, window_days=7, limit=5)
    add_link(either.app.stores)
    after = reopened(either)

    moved = rekeying.follow(after.app.stores)
    tell(after)

    assert (moved, rekeying.follow(after.app.stores)) == (3, 0)
    assert {user: held(after, user) for user in USERS} == before
    stores = after.app.stores
    assert not former & {*stores.interactions.users(), *stores.tastes.users(), *stores.preferences.users(), *stores.impressions.users()}
    assert not list(stores.objects.keys("trust/rekeying"))
    assert stores.interactions.trending(now=datetime(2026, 11, 2, tzinfo=UTC), half_life_days=7, window_days=7, limit=5) == trending


@pytest.mark.parametrize(
    ("name", "call", "at"),
    [("interactions", "append", 1), ("interactions", "erase", 1), ("preferences", "put", 1), ("preferences", "erase", 2)],
)
def test_a_change_that_is_cut_short_goes_on_where_it_was(walk: Walk, name: str, call: str, at: int) -> None:
    listened(walk)
    before = {user: held(walk, user) for user in USERS}
    add_link(walk.app.stores)
    cut = reopened(walk)
    cut.app.stores.__dict__[name] = CutOff(getattr(cut.app.stores, name), call=call, at=at)
    with pytest.raises(PowerCut):
        rekeying.follow(cut.app.stores)
    rest = reopened(cut)

    with pytest.raises(Unavailable, match=r"1 of the 2 user keys: `segue keys rotate-users --follow`"):
        rekeying.check(rest.app.stores)
    rekeying.follow(rest.app.stores)

    rekeying.check(rest.app.stores)
    assert {user: held(rest, user) for user in USERS} == before
    assert rest.app.stores.interactions.count() == 6


def test_former_pseudonyms_are_in_no_byte_of_the_home(walk: Walk) -> None:
    listened(walk)
    former = [walk.app.pseudonyms.of(user).encode() for user in USERS]
    home = walk.app.stores.settings.home
    add_link(walk.app.stores)
    rekeying.follow(reopened(walk).app.stores)
    wiring.reset()

    holding = [path.name for path in home.rglob("*") if path.is_file() and any(name in path.read_bytes() for name in former)]

    assert holding == []


def test_stores_of_another_key_are_refused_and_not_taken_for_empty(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    listened(walk)
    rekeying.check(walk.app.stores)
    monkeypatch.setenv("USER_KEY", "somebody else's")
    other = reopened(walk)

    with pytest.raises(Unavailable, match="another user key"):
        rekeying.check(other.app.stores)


def test_a_user_who_came_back_after_an_erasure_is_known_to_the_ledger_by_the_new_name_too(walk: Walk) -> None:
    walk.call("PUT", "/tracks/t1", body={"title": "Title"})
    walk.call("DELETE", "/users/ada")
    walk.drain(Queue.ERASURES)
    listened(walk)
    count = len(list(walk.app.stores.erasures.all()))
    add_link(walk.app.stores)
    after = reopened(walk)

    rekeying.follow(after.app.stores)

    numbers = [(one.number, one.is_under_way) for one in after.app.stores.erasures.all()]
    assert (count, numbers) == (1, [(1, False), (1, False)])


def test_each_former_pseudonym_can_be_made_again_from_the_id_and_not_without_the_keys() -> None:
    chain = Pseudonyms(["first", "second"])

    ever = chain.ever("ada")

    assert ever == [Pseudonyms("first").of("ada"), chain.of("ada")]
    assert chain.of("ada") not in {Pseudonyms("first").of("ada"), Pseudonyms("second").of("ada")}


def test_what_a_former_pseudonym_has_become_is_found_without_the_id() -> None:
    former, chain = Pseudonyms("first").of("ada"), Pseudonyms(["first", "second", "third"])

    assert {*chain.ever("ada")} <= chain.descendants(former)
    assert chain.of("bob") not in chain.descendants(former)


def test_the_home_s_keys_are_its_owner_s_alone(walk: Walk) -> None:
    home = walk.app.stores.settings.home
    add_link(walk.app.stores)

    modes = {path.name: path.stat().st_mode & 0o777 for path in home.glob("*.key")}

    assert modes == {"api.key": 0o600, "user.key": 0o600}
