"""What every audit log promises."""

from datetime import UTC, datetime

from recommender.ports.stores import AuditLog
from recommender.trust.audit import START, Act, verify

NOON = datetime(2026, 3, 10, 12, 0, 0, 5, tzinfo=UTC)


def act(action: str, **fields: str) -> Act:
    return Act(at=NOON, actor="key1", action=action, **fields)


def test_entries_come_back_in_order_each_sealed_with_the_one_before(audit: AuditLog) -> None:
    first = audit.append(act("taste.read", subject="user:a"))
    second = audit.append(act("user.erase", subject="user:a", outcome="unknown_user"))

    found = list(audit.entries())

    assert found == [first, second]
    assert (first.number, first.before, second.number, second.before) == (1, START, 2, first.digest)


def test_the_chain_of_many_entries_holds(audit: AuditLog) -> None:
    for number in range(30):
        audit.append(act(f"act {number}"))

    verdict = verify(audit.entries())

    assert (verdict.entries, verdict.broken) == (30, None)
    assert verdict.head == list(audit.entries())[-1].digest


def test_entries_can_be_read_from_any_number_on(audit: AuditLog) -> None:
    for name in ("a", "b", "c"):
        audit.append(act(name))

    later = [entry.act.action for entry in audit.entries(after=1)]

    assert later == ["b", "c"]
