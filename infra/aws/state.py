"""The stores of one prefix of DynamoDB tables, each made on first use over one client."""

from typing import Any

from infra.aws import tables
from infra.aws.audit import DynamoAuditLog
from infra.aws.catalog import DynamoCatalog
from infra.aws.erasures import DynamoErasureLedger
from infra.aws.impressions import DynamoImpressionLog
from infra.aws.interactions import DynamoInteractionLog
from infra.aws.keys import DynamoKeyStore
from infra.aws.preferences import DynamoPreferenceStore
from infra.aws.table import Table
from infra.aws.tallies import DynamoTallies
from infra.aws.tastes import DynamoTasteStore
from infra.aws.versions import DynamoReceiptStore, DynamoServingStore


class DynamoState:
    """Keep everything but files, messages and vectors in the tables ``PREFIX-tracks``, ``-log``, ``-users`` and ``-versions``."""

    def __init__(self, client: Any, prefix: str) -> None:
        tracks, log, users, versions = (Table(client, f"{prefix}-{schema.name}") for schema in tables.SCHEMAS)
        self.catalog = DynamoCatalog(tracks)
        self.interactions = DynamoInteractionLog(log)
        self.tastes = DynamoTasteStore(users)
        self.preferences = DynamoPreferenceStore(users)
        self.impressions = DynamoImpressionLog(users)
        self.serving = DynamoServingStore(versions)
        self.receipts = DynamoReceiptStore(versions)
        self.tallies = DynamoTallies(versions)
        self.audit = DynamoAuditLog(versions)
        self.keys = DynamoKeyStore(versions)
        self.erasures = DynamoErasureLedger(versions)
