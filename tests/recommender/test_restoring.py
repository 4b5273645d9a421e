"""A restored backup is erased again by the list of erasures."""

from dataclasses import replace
from datetime import timedelta

from recommender.trust.lateness import Accepted
from tests.recommender.engine import NOW, Engine, act
from tests.recommender.test_erasing import held, known
from tests.recommender.test_lives import accept


def backup(engine: Engine) -> Engine:
    """Return an engine that was restored to what this one knew before anybody was erased."""
    restored = known()
    restored.queues.sent = engine.queues.sent
    return restored


def test_a_restored_backup_is_erased_again_by_the_list_and_others_stay() -> None:
    engine = known()
    engine.erase("ann")
    restored = backup(engine)

    done = restored.erasing.again(engine.ledger.all(), now=NOW)
    again = restored.erasing.again(engine.ledger.all(), now=NOW)

    assert (done.listed, done.unknown, done.users, done.removed["interactions"]) == (1, 1, 1, 3)
    assert (held(restored), held(restored, "ben")) == ({0}, {1, 3})
    assert (again.unknown, again.users) == (0, 0)


def test_after_a_restore_late_messages_are_dropped_by_the_list() -> None:
    engine = known()
    accept(engine, act("rock", days_ago=1))
    late = Accepted(list(engine.outbox.heard_of))
    engine.erase("ann")
    restored = backup(engine)

    restored.erasing.again(engine.ledger.all(), now=NOW)
    restored.recording.record(late, now=NOW)

    assert held(restored) == {0}


def test_who_came_back_before_the_backup_was_made_keeps_what_they_did_since() -> None:
    engine = known()
    engine.erase("ann")
    listed = list(engine.ledger.all())
    accept(engine, act("jazz", days_ago=1))
    engine.drain()

    done = engine.erasing.again(listed, now=NOW)

    assert (done.users, engine.log.count_of("ann")) == (0, 1)


def test_where_the_ledger_was_not_restored_the_moment_restored_to_tells_who_is_erased() -> None:
    engine = known()
    engine.erase("ann", now=NOW)
    engine.listen(act("rock"), act("jazz", user="ben"))  # as a table of users that was restored by itself

    before = engine.erasing.again(engine.ledger.all(), now=NOW, restored_to=NOW + timedelta(hours=1))
    done = engine.erasing.again(engine.ledger.all(), now=NOW, restored_to=NOW - timedelta(hours=1))

    assert (before.users, done.users, engine.log.count_of("ann")) == (0, 1, 0)


def test_an_erasure_whose_message_was_lost_is_carried_out_after_an_hour() -> None:
    engine = known()
    engine.erasing.ask("ann", receipt_id="r1", now=NOW)

    early = engine.erasing.again(engine.ledger.all(), now=NOW + timedelta(minutes=59))
    late = engine.erasing.again(engine.ledger.all(), now=NOW + timedelta(minutes=61))

    assert (early.users, late.users, held(engine)) == (0, 1, {0})


def test_a_backup_of_before_a_key_was_changed_is_erased_too() -> None:
    engine = known()
    engine.erase("ann under the new key")
    restored = known()

    done = replace(restored.erasing, descendants=lambda user: (user, f"{user} under the new key")).again(engine.ledger.all(), now=NOW)

    assert (done.users, held(restored)) == (1, {0})
