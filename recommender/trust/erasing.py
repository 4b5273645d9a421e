"""Erase users everywhere, with a receipt; and erase them again where a backup has brought them back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from recommender.errors import NotFound
from recommender.models import Models
from recommender.ports.erasures import Erasure, ErasureLedger
from recommender.ports.outbox import Outbox
from recommender.ports.stores import AuditLog, ReceiptStore, ServingStore
from recommender.trust.audit import Act, subject_of
from recommender.trust.holdings import Holdings
from recommender.trust.receipts import Receipt, Seal, TaughtVersion, taught

ERASED: Final = "erased"
_BEGUN: Final = "under_way"
ACTOR: Final = "engine"
# An erasure that takes longer has lost its message.
_STUCK: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Again:
    """What erasing again did: how many erasures the list names, how many of them the stores knew nothing of, and who was found."""

    listed: int
    unknown: int
    users: int
    removed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Erasing:
    """Take erasures and carry them out.

    Attributes
    ----------
    kept
        How many model versions stay beside those that are needed.
    ask_training
        Asks, by a receipt's id, that the factors be replaced.
    descendants
        What a pseudonym has been turned into since, by every change of the key: a backup may hold former ones.
    """

    holdings: Holdings
    ledger: ErasureLedger
    receipts: ReceiptStore
    models: Models
    serving: ServingStore
    audit: AuditLog
    outbox: Outbox
    seal: Seal
    kept: int
    ask_training: Callable[[str], object]
    descendants: Callable[[str], Iterable[str]] = lambda user: (user,)

    def ask(self, user: str, *, receipt_id: str, now: datetime, retrain: bool = False) -> None:
        """Take an erasure: nothing that was accepted before is recorded any more, and the queue's function carries it out."""
        self.outbox.erasure_asked(self.ledger.ask(user, at=now), receipt_id=receipt_id, retrain=retrain)

    def run(self, subject: str, *, number: int, receipt_id: str, asked_at: datetime, now: datetime, retrain: bool = False) -> Receipt:
        """Erase the user of an erasure and return the receipt; what was cut short goes on, and what is done stays as it was.

        Raises
        ------
        NotFound
            If the ledger knows no such erasure.
        """
        erasure = self.ledger.get_many([subject]).get(subject)
        if erasure is None or erasure.number < number:
            raise NotFound(f"the ledger knows no erasure {number} of {subject}", code="unknown_erasure")
        told = self.receipts.get(receipt_id)
        if told is not None and told["status"] == ERASED:
            return Receipt.from_json(told)
        begun: dict[str, Any] = dict(told) if told is not None else self._begun(erasure, receipt_id, now=now)
        if erasure.user is not None and erasure.is_under_way:
            removed = self.holdings.erase(erasure.user)
            before = begun["removed"]
            begun["removed"] = {store: max(count, before.get(store, 0)) for store, count in removed.items()}
            self.receipts.put(receipt_id, begun)
            # First the name, then its bytes: the ledger's own are among what is overwritten.
            self.ledger.forget(subject, number=erasure.number)
        self.holdings.shred()
        self.ledger.close(subject, number=erasure.number)
        if retrain:
            self.ask_training(receipt_id)
        receipt = Receipt(
            receipt_id=receipt_id,
            subject=subject,
            asked_at=asked_at,
            erased_at=now,
            removed=begun["removed"],
            versions=tuple(TaughtVersion(**_moments(version)) for version in begun["versions"]),
            retraining="asked" if retrain else "not_asked",
        )
        return self.write(receipt, now=now)

    def receipt(self, receipt_id: str) -> Receipt:
        """Return the receipt of an erasure that is done.

        Raises
        ------
        NotFound
            If it is not done yet, or was never asked for.
        """
        told = self.receipts.get(receipt_id)
        if told is None or told["status"] != ERASED:
            raise NotFound(f"no receipt {receipt_id} yet: the erasure is under way, or was never asked for", code="no_receipt")
        return Receipt.from_json(told)

    def write(self, receipt: Receipt, *, now: datetime) -> Receipt:
        """Tie a receipt to the audit log, sign it and keep it."""
        entry = self.audit.append(Act(at=now, actor=ACTOR, action="user.erased", subject=receipt.audited_as))
        signed = self.seal.signed(replace(receipt, entry=entry.number, entry_digest=entry.digest))
        self.receipts.put(receipt.receipt_id, {**signed.to_json(), "status": ERASED})
        return signed

    def again(self, listed: Iterable[Erasure], *, now: datetime, restored_to: datetime | None = None) -> Again:
        """Erase again whom a restored store has brought back, and return what was found.

        The ledger is restored with the data beside it: an erasure that it does not know as done had not happened when the backup was made,
        so that all it holds of that user is from before. What somebody has done since an erasure that it knows stays.

        Parameters
        ----------
        restored_to
            Where the ledger was not restored with the data: the moment that the data was restored to. Whoever asked after it is erased.
        """
        entries = list(listed)
        known = self.ledger.get_many([entry.subject for entry in entries])
        unknown = [entry for entry in entries if _is_unknown(entry, known.get(entry.subject), now=now)]
        self.ledger.merge(unknown)
        late = {entry.subject for entry in entries if restored_to is not None and entry.asked_at >= restored_to}
        late |= {entry.subject for entry in unknown}
        found = [user for user in self.holdings.users() if late.intersection(map(subject_of, self.descendants(user)))] if late else []
        removed: dict[str, int] = {}
        for user in found:
            for store, count in self.holdings.erase(user).items():
                removed[store] = removed.get(store, 0) + count
        if found:
            self.holdings.shred()
        for entry in unknown:
            self.ledger.close(entry.subject, number=entry.number)
        return Again(len(entries), len(unknown), len(found), removed)

    def _begun(self, erasure: Erasure, receipt_id: str, *, now: datetime) -> dict[str, Any]:
        """Keep what only the data can tell, before it is gone."""
        first = self.holdings.log.first_public(erasure.user) if erasure.user is not None else None
        versions = taught(self.models.manifests(), self.serving.get(), first=first, kept=self.kept, now=now)
        held = self.holdings.count(erasure.user) if erasure.user is not None else {}
        told = Receipt(
            receipt_id=receipt_id, subject=erasure.subject, asked_at=now, erased_at=now, removed=held, versions=versions
        ).to_json()
        begun = {"status": _BEGUN, "removed": told["removed"], "versions": told["versions"]}
        self.receipts.put(receipt_id, begun)
        return begun


def _is_unknown(entry: Erasure, known: Erasure | None, *, now: datetime) -> bool:
    """Tell whether an erasure has to be done again: the ledger does not know it as done, and it is not just being carried out."""
    if known is None or known.number < entry.number:
        return True
    return known.erased < entry.number and (known.user is None or now - known.asked_at > _STUCK)


def _moments(told: Mapping[str, Any]) -> dict[str, Any]:
    from_text = {name: datetime.fromisoformat(told[name]) for name in ("trained_at", "retires_at") if told[name]}
    return {**told, **from_text}
