"""What is said and answered of erasures over HTTP, and on the queue behind them."""

from typing import Annotated, Any

from pydantic import Field

from events.fields import Incoming, Outgoing, Utc
from recommender.trust.receipts import Receipt


class ErasureQuery(Incoming):
    """How to erase: with ``retrain`` the factors are replaced by some that were trained without the user."""

    retrain: Annotated[bool, Field(strict=False)] = False


class ErasureAnswer(Outgoing):
    """An erasure under way: ask for its receipt by id."""

    receipt_id: str
    status: str


class ErasureMessage(Incoming):
    """A message of the erasures queue: it names nobody, the ledger knows whom it is about."""

    receipt_id: str
    subject: str
    number: int
    asked_at: Utc
    retrain: bool = False


class TaughtVersionAnswer(Outgoing):
    """A model version that had learned from the user, and when it goes."""

    version: str
    trained_at: Utc
    state: str
    retires_after: int | None
    retires_at: Utc | None
    rule: str


class ReceiptAnswer(Outgoing):
    """The receipt of an erasure that is done; ``segue verify-receipt`` checks it."""

    receipt_id: str
    status: str
    subject: str
    asked_at: Utc
    erased_at: Utc
    removed: dict[str, int]
    versions: list[TaughtVersionAnswer]
    retraining: str
    replaced_by: str | None
    entry: int
    entry_digest: str
    signature: str

    @classmethod
    def of_domain(cls, receipt: Receipt) -> "ReceiptAnswer":
        """Return a receipt as the API shows it."""
        told: dict[str, Any] = {name: getattr(receipt, name) for name in cls.model_fields if name not in {"status", "versions"}}
        versions = [TaughtVersionAnswer.model_validate(version, from_attributes=True) for version in receipt.versions]
        return cls(status="erased", versions=versions, **told)
