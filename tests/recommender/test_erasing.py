"""Who asks to be erased is gone everywhere, stays gone, and has a receipt; whoever comes back begins anew."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from recommender.errors import NotFound, Unavailable
from recommender.interactions import Kind
from recommender.ports.erasures import Erasure
from recommender.ports.queues import Queue
from recommender.trust.audit import subject_of, verify
from recommender.trust.receipts import Seal
from tests.recommender.engine import NOW, Engine, act
from tests.recommender.versions import publish


def known(*users: str) -> Engine:
    """An engine that knows everything it can of these users."""
    engine = Engine()
    for track_id, degrees in {"rock": 0, "jazz": 90, "noise": 180}.items():
        engine.add(track_id, degrees, genres=(track_id,))
    for user in users or ("ann", "ben"):
        engine.prefer(user, exclude_contexts=("sleep",))
        engine.listen(act("rock", user=user), act("noise", Kind.BAN, user=user), act("jazz", user=user, private=True))
        engine.ask(user, limit=1)
    return engine


def held(engine: Engine, user: str = "ann") -> set[int]:
    return set(engine.holdings.count(user).values())


def test_an_erased_user_is_gone_from_every_store_and_nobody_else_is() -> None:
    engine = known()
    engine.queues.send(Queue.INTERACTIONS, [json.dumps({"interactions": [{"user": "ann"}, {"user": "ben"}]})])
    of_ben = engine.holdings.count("ben")

    engine.erase("ann")

    assert held(engine) == {0}
    assert engine.holdings.count("ben") == of_ben
    assert engine.queues.sent[Queue.INTERACTIONS] == [json.dumps({"interactions": [{"user": "ben"}]})]


def test_the_ledger_forgets_the_name_when_the_erasure_is_done() -> None:
    engine = known()
    engine.erasing.ask("ann", receipt_id="r1", now=NOW)
    (asked,) = engine.ledger.all()

    engine.carry_out()

    (done,) = engine.ledger.all()
    assert (asked.user, asked.is_under_way) == ("ann", True)
    assert done == Erasure(subject=subject_of("ann"), number=1, asked_at=NOW, erased=1, user=None)


def test_the_receipt_counts_what_was_removed_and_names_nobody() -> None:
    engine = known()

    receipt = engine.erase("ann", now=NOW)

    assert receipt.removed == {"messages": 0, "interactions": 3, "tastes": 1, "preferences": 1, "impressions": 1}
    assert (receipt.asked_at, receipt.erased_at) == (NOW, NOW)
    assert engine.erasing.receipt("r1") == receipt
    assert '"ann"' not in json.dumps(receipt.to_json())


def test_the_receipt_is_signed_and_tied_to_the_audit_log() -> None:
    engine = known()

    receipt = engine.erase("ann")

    entry = engine.audit.chain[receipt.entry - 1]
    assert engine.erasing.seal.holds(receipt)
    assert (entry.digest, entry.act.action, entry.act.subject) == (receipt.entry_digest, "user.erased", f"receipt:r1:{receipt.digest}")
    assert verify(engine.audit.entries()).broken is None


@pytest.mark.parametrize("change", [{"removed": {"interactions": 2}}, {"subject": "user:other"}, {"entry": 9}, {"retraining": "done"}])
def test_a_receipt_that_was_changed_does_not_hold(change: dict[str, object]) -> None:
    engine = known()

    changed = replace(engine.erase("ann"), **change)  # type: ignore[arg-type]  # a case names the fields it is about

    assert not engine.erasing.seal.holds(changed)
    assert not Seal([b"another"]).holds(engine.erasing.receipt("r1"))


def test_the_receipt_names_the_versions_that_had_learned_from_the_user_alone() -> None:
    engine = known()
    for version, days_ago in (("before", 20), ("with", 5), ("after", -1)):
        publish(engine.models, version, {"rock": 0}, days_ago=days_ago)

    receipt = engine.erase("ann")

    # the first public act was ten days ago; "after" is of tomorrow, as a training that ran meanwhile
    assert [version.version for version in receipt.versions] == ["after", "with"]


def test_of_somebody_with_private_acts_alone_no_version_learned_anything() -> None:
    engine = known("ben")
    engine.listen(act("rock", private=True))
    publish(engine.models, "v1", {"rock": 0}, days_ago=1)

    assert engine.erase("ann").versions == ()


def test_the_receipt_tells_when_a_version_goes() -> None:
    engine = known()
    for version, days_ago in (("oldest", 4), ("old", 3), ("serving", 2)):
        publish(engine.models, version, {"rock": 0}, days_ago=days_ago)
    engine.swap.serve("serving")

    told = {version.version: version for version in engine.erase("ann").versions}

    assert (told["serving"].retires_after, told["serving"].retires_at) == (None, None)
    assert "serves" in told["serving"].rule
    # five are kept: the third newest goes with the third training from now
    assert (told["oldest"].retires_after, told["oldest"].retires_at) == (3, NOW + timedelta(days=3))
    assert (told["old"].retires_after, told["old"].retires_at) == (4, NOW + timedelta(days=4))


def test_there_is_no_receipt_before_the_erasure_is_done() -> None:
    engine = known()
    engine.erasing.ask("ann", receipt_id="r1", now=NOW)

    with pytest.raises(NotFound):
        engine.erasing.receipt("r1")


def test_an_erasure_that_was_cut_short_goes_on_and_counts_all() -> None:
    engine = known()
    publish(engine.models, "v1", {"rock": 0}, days_ago=1)
    engine.erasing.ask("ann", receipt_id="r1", now=NOW)
    whole = engine.erasing

    def out_of_reach() -> None:
        raise Unavailable("the disk is full")

    with pytest.raises(Unavailable):
        _run(replace(whole, holdings=replace(whole.holdings, shred=out_of_reach)), engine)

    receipt = _run(whole, engine)

    assert (receipt.removed["interactions"], [version.version for version in receipt.versions]) == (3, ["v1"])


def _run(erasing: object, engine: Engine) -> object:
    engine.erasing = erasing  # type: ignore[assignment]  # an eraser over other stores
    return engine.carry_out()


def test_a_message_of_an_erasure_that_comes_again_does_not_take_what_came_since() -> None:
    engine = known()
    first = engine.erase("ann")
    engine.listen(act("rock", days_ago=1))

    again = engine.carry_out()

    assert again == first
    assert engine.log.count_of("ann") == 1


def test_a_message_of_an_erasure_that_nobody_knows_fails() -> None:
    with pytest.raises(NotFound, match="knows no erasure"):
        Engine().erasing.run("user:nobody", number=1, receipt_id="r", asked_at=NOW, now=NOW)


def test_who_asks_twice_before_it_is_done_is_erased_once_and_has_two_receipts() -> None:
    engine = known()
    engine.erasing.ask("ann", receipt_id="r1", now=NOW)
    first = engine.outbox.to_erase[-1]
    engine.erasing.ask("ann", receipt_id="r2", now=NOW)

    second = engine.carry_out()
    engine.outbox.to_erase.append(first)
    late = engine.carry_out()

    assert (second.removed["interactions"], late.removed) == (3, {})
    assert not engine.ledger.kept[subject_of("ann")].is_under_way
