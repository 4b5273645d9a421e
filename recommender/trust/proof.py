"""Prove a receipt: that it says what was signed, stands in the audit log, and that what it promised has come true."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from recommender.errors import NotFound
from recommender.trust.audit import subject_of, verify
from recommender.trust.erasing import Erasing
from recommender.trust.receipts import REMOVED, Receipt, TaughtVersion


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it holds, and what was found."""

    check: str
    holds: bool
    found: str


def verified(receipt: Receipt, erasing: Erasing, *, named: Sequence[str] = ()) -> list[Finding]:
    """Return what there is to say of a receipt.

    Parameters
    ----------
    named
        The pseudonyms that the user has had, if it is to be looked up whether anything from before the erasure is held of them.
    """
    findings = [_signature(receipt, erasing), _entry(receipt, erasing), *(_version(known, erasing) for known in receipt.versions)]
    return findings + list(_user(receipt, erasing, named))


def _signature(receipt: Receipt, erasing: Erasing) -> Finding:
    if erasing.seal.holds(receipt):
        return Finding("signature", holds=True, found="the receipt says what was signed here")
    return Finding("signature", holds=False, found="the receipt was changed, or was not signed by this library's key")


def _entry(receipt: Receipt, erasing: Erasing) -> Finding:
    entries = list(erasing.audit.entries())
    verdict = verify(entries)
    if verdict.broken is not None:
        return Finding("audit log", holds=False, found=f"the audit log was changed: {verdict.reason}")
    found = next((entry for entry in entries if entry.number == receipt.entry), None)
    if found is None or found.digest != receipt.entry_digest or found.act.subject != receipt.audited_as:
        return Finding("audit log", holds=False, found=f"entry {receipt.entry} does not tell of this receipt")
    return Finding("audit log", holds=True, found=f"entry {receipt.entry} of a whole chain of {verdict.entries:,} tells of this receipt")


def _version(known: TaughtVersion, erasing: Erasing) -> Finding:
    name = f"version {known.version}"
    try:
        erasing.models.manifest(known.version)
    except NotFound:
        return Finding(name, holds=True, found="gone")
    if known.state == REMOVED:
        return Finding(name, holds=False, found="is still kept, though the receipt says that it was removed")
    return Finding(name, holds=True, found=f"still kept: {known.rule}")


def _user(receipt: Receipt, erasing: Erasing, named: Sequence[str]) -> Iterator[Finding]:
    if not named:
        return
    if receipt.subject not in map(subject_of, named):
        yield Finding("user", holds=False, found="the receipt is about somebody else")
        return
    erasure = erasing.ledger.get_many([receipt.subject]).get(receipt.subject)
    if erasure is None or erasure.is_under_way:
        yield Finding("ledger", holds=False, found="the ledger does not know this erasure as done: run `segue erase-again`")
    else:
        yield Finding("ledger", holds=True, found=f"{erasure.number} erasure(s) asked for and done")
    for user in named:
        yield from _held(user, receipt.asked_at, erasing)


def _held(user: str, asked_at: datetime, erasing: Erasing) -> Iterator[Finding]:
    """Look what is held of a pseudonym; what somebody did who came back is theirs, pages of before the erasure are not."""
    holdings = erasing.holdings
    old = [shown for shown in holdings.impressions.of_user(user) if shown.at <= asked_at]
    if old:
        yield Finding("pages", holds=False, found=f"{len(old)} of before the erasure are held")
    held = {store: count for store, count in holdings.count(user).items() if count}
    told = ", ".join(f"{count:,} {store}" for store, count in held.items())
    is_back = f"{told}: accepted since, after coming back" if held else "nothing is held"
    yield Finding("stores", holds=not old, found=is_back)
