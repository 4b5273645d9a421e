"""Receipts of erasures in SQLite."""

import json
from collections.abc import Mapping

from infra.sqlite.database import Database


class SqliteReceiptStore:
    """Keep receipts in a state database; see ``recommender.ports.stores.ReceiptStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, receipt_id: str, receipt: Mapping[str, object]) -> None:
        """Write a receipt over a former one of the same id."""
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO receipts (receipt_id, body) VALUES (?, ?)", (receipt_id, json.dumps(dict(receipt))))

    def get(self, receipt_id: str) -> Mapping[str, object] | None:
        """Return a receipt."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT body FROM receipts WHERE receipt_id = ?", (receipt_id,)).fetchone()
        if row is None:
            return None
        receipt: dict[str, object] = json.loads(row[0])
        return receipt
