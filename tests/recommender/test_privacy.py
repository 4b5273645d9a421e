"""All that is held of a user comes out on demand, and goes on demand."""

import json
from datetime import timedelta

from recommender.interactions import Kind
from recommender.tastes.preferences import Hidden, Preferences
from tests.recommender.engine import NOW, Engine, act
from tests.recommender.versions import publish


def known() -> Engine:
    """An engine that knows everything it can of ann, and something of ben."""
    engine = Engine()
    for track_id, degrees in {"rock": 0, "jazz": 90, "noise": 180}.items():
        engine.add(track_id, degrees, genres=(track_id,))
    engine.prefer("ann", exclude_contexts=("sleep",))
    engine.listen(act("rock", context="work"), act("noise", Kind.BAN), act("jazz", private=True), act("jazz", user="ben"))
    engine.ask("ann", limit=1)
    engine.ask("ben", limit=1)
    return engine


def test_an_export_holds_all_of_it_as_json_and_no_pseudonym() -> None:
    exported = json.loads(json.dumps(known().privacy.export("ann")))

    assert {act["track_id"] for act in exported["interactions"]} == {"rock", "noise", "jazz"}
    assert exported["preferences"]["exclude_contexts"] == ["sleep"]
    assert exported["taste"]["banned"] == {"noise": None}
    assert exported["taste"]["genres"] == {"rock": 1.0}
    assert exported["taste"]["heard"] == {"rock": (NOW - timedelta(days=10)).isoformat()}
    (mode,) = exported["taste"]["spaces"]["audio"]["modes"]
    assert (mode["exemplars"], mode["weight"], len(mode["vector"])) == (["rock"], 1.0, 144)
    assert len(exported["taste"]["spaces"]["audio"]["distastes"][0]["vector"]) == 144
    assert len(exported["impressions"]) == 1
    assert '"user"' not in json.dumps(exported)


def test_an_export_of_a_private_play_says_that_it_is_private() -> None:
    exported = known().privacy.export("ann")

    private = [act["track_id"] for act in exported["interactions"] if act["private"]]  # type: ignore[attr-defined]  # JSON values
    assert private == ["jazz"]


def test_nothing_is_exported_of_somebody_unknown() -> None:
    assert known().privacy.export("nobody") == {"interactions": [], "preferences": None, "taste": None, "impressions": []}


def test_an_erased_user_is_gone_from_every_store_and_nobody_else_is() -> None:
    engine = known()
    of_ben = engine.privacy.export("ben")

    engine.privacy.erase("ann", receipt_id="r1", asked_at=NOW, now=NOW)

    assert engine.privacy.export("ann") == engine.privacy.export("nobody")
    assert engine.privacy.export("ben") == of_ben


def test_the_receipt_counts_what_was_removed_and_names_the_models_that_learned_from_it() -> None:
    engine = known()
    publish(engine.models, "v1", {"rock": 0}, days_ago=1)
    publish(engine.models, "later", {"rock": 0}, days_ago=-1)

    receipt = engine.privacy.erase("ann", receipt_id="r1", asked_at=NOW - timedelta(minutes=5), now=NOW)

    assert receipt == {
        "receipt_id": "r1",
        "status": "erased",
        "asked_at": (NOW - timedelta(minutes=5)).isoformat(),
        "erased_at": NOW.isoformat(),
        "removed": {"interactions": 3, "tastes": 1, "preferences": 1, "impressions": 1},
        "models_trained_with": ["v1"],
    }
    assert engine.receipts.get("r1") == receipt
    assert "ann" not in json.dumps(receipt)


def test_erasing_again_adds_what_came_since_to_the_same_receipt() -> None:
    engine = known()
    engine.privacy.erase("ann", receipt_id="r1", asked_at=NOW, now=NOW)
    engine.listen(act("rock"))

    receipt = engine.privacy.erase("ann", receipt_id="r1", asked_at=NOW, now=NOW)

    assert receipt["removed"] == {"interactions": 4, "tastes": 2, "preferences": 1, "impressions": 1}
    assert engine.log.of_user("ann") == []


def test_an_erased_user_is_answered_as_a_newcomer() -> None:
    engine = known()

    engine.privacy.erase("ann", receipt_id="r1", asked_at=NOW, now=NOW)

    assert engine.ask("ann").cold


def test_hides_resets_and_the_session_are_exported() -> None:
    engine = known()
    engine.listen(act("rock", days_ago=0))
    engine.choices.reset("ann", now=NOW - timedelta(days=1))
    engine.choices.put(Preferences(user="ann", hide_artists=(Hidden("Björk", NOW + timedelta(days=1)),)), now=NOW)

    exported = json.loads(json.dumps(engine.privacy.export("ann")))

    assert exported["preferences"]["hide_artists"] == [{"name": "Björk", "until": "2026-06-02T12:00:00+00:00"}]
    assert exported["preferences"]["reset_at"] == "2026-05-31T12:00:00+00:00"
    assert exported["taste"]["session"]["audio"]["modes"][0]["exemplars"] == ["rock"]
    assert exported["taste"]["session_at"] == NOW.isoformat()
