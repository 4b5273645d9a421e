"""Prove erasures beside the library, and replay them over a restored one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from infra import wiring
from infra.erasure_list import ErasureList, write_list
from infra.local import environment
from infra.local.lock import HomeLock
from recommender.errors import InvalidInput
from recommender.ports.erasures import Erasure
from recommender.trust.audit import subject_of
from recommender.trust.erasing import Again
from recommender.trust.proof import Finding, verified
from recommender.trust.receipts import Receipt

if TYPE_CHECKING:
    from infra.wiring import App


def verify(home: Path, receipt_id: str, *, user: str | None, file: Path | None) -> list[Finding]:
    """Check a receipt of the home, or one that was kept in a file; see ``recommender.trust.proof``.

    Raises
    ------
    NotFound
        If the home has no such receipt.
    InvalidInput
        If the file holds none, or another one.
    """
    with _app(home) as app:
        receipt = app.erasing.receipt(receipt_id) if file is None else _read(file, receipt_id)
        named = app.pseudonyms.ever(user) if user is not None else []
        if named:
            app.note("user.verify", subject=subject_of(named[-1]))
        return verified(receipt, app.erasing, named=named)


def listed(home: Path, *, target: Path | None) -> list[Erasure]:
    """Return every erasure, and write the list into a file if one is named."""
    with _app(home) as app:
        found = list(app.stores.erasures.all())
        if target is not None:
            write_list(target, found)
        return found


def again(home: Path, *, file: Path | None, restored_to: datetime | None = None) -> Again:
    """Erase again by a list, or by the one that lies in the home; nobody else may be at work in the home.

    Raises
    ------
    Unavailable
        If a host, or another command, is.
    InvalidInput
        If the list cannot be read.
    """
    with HomeLock(home), _app(home) as app:
        entries = (ErasureList(file) if file is not None else app.stores.erasure_list).read()
        moment = restored_to.replace(tzinfo=UTC) if restored_to is not None else None
        # Where nothing is listed beside the ledger, the ledger itself is the list, as on AWS.
        done = app.erasing.again(entries or list(app.stores.erasures.all()), now=datetime.now(UTC), restored_to=moment)
        if done.unknown or done.users:
            app.note("users.erase_again")
        return done


def _read(file: Path, receipt_id: str) -> Receipt:
    try:
        receipt = Receipt.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{file} holds no receipt", code="bad_receipt") from error
    if receipt.receipt_id != receipt_id:
        raise InvalidInput(f"{file} holds the receipt {receipt.receipt_id}, not {receipt_id}", code="bad_receipt")
    return receipt


@contextmanager
def _app(home: Path) -> Iterator["App"]:
    environment.prepare(home)
    try:
        yield wiring.app()
    finally:
        wiring.reset()
