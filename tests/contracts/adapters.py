"""The adapters that each contract is run against; another adapter is one more entry in its table."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from infra.aws import tables
from infra.aws.audit import DynamoAuditLog
from infra.aws.catalog import DynamoCatalog
from infra.aws.erasures import DynamoErasureLedger
from infra.aws.impressions import DynamoImpressionLog
from infra.aws.interactions import DynamoInteractionLog
from infra.aws.keys import DynamoKeyStore
from infra.aws.objects import S3Objects
from infra.aws.preferences import DynamoPreferenceStore
from infra.aws.table import Table
from infra.aws.tallies import DynamoTallies
from infra.aws.tastes import DynamoTasteStore
from infra.aws.versions import DynamoReceiptStore, DynamoServingStore
from infra.erasure_list import ErasureList
from infra.folder_objects import FolderObjects
from infra.sqlite.audit import SqliteAuditLog
from infra.sqlite.catalog import SqliteCatalog
from infra.sqlite.database import Database
from infra.sqlite.erasures import SqliteErasureLedger
from infra.sqlite.impressions import SqliteImpressionLog
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.keys import SqliteKeyStore
from infra.sqlite.preferences import SqlitePreferenceStore
from infra.sqlite.receipts import SqliteReceiptStore
from infra.sqlite.schema import STATE
from infra.sqlite.serving import SqliteServingStore
from infra.sqlite.tallies import SqliteTallies
from infra.sqlite.tastes import SqliteTasteStore
from recommender.ports.catalog import Catalog
from recommender.ports.erasures import ErasureLedger
from recommender.ports.objects import Objects
from recommender.ports.stores import (
    AuditLog,
    ImpressionLog,
    InteractionLog,
    KeyStore,
    PreferenceStore,
    ReceiptStore,
    ServingStore,
    Tallies,
    TasteStore,
)
from tests.contracts import aws
from tests.fakes import stores as fakes
from tests.fakes.catalog import FakeCatalog
from tests.fakes.erasures import FakeErasureLedger
from tests.fakes.objects import FakeObjects


class Workbench:
    """Makes adapters in a fresh folder and closes them after the test."""

    def __init__(self, folder: Path, cleanup: ExitStack) -> None:
        self.folder = folder
        self.cleanup = cleanup

    def database(self) -> Database:
        database = Database(self.folder / "state.db", STATE)
        self.cleanup.callback(database.close)
        return database

    def table(self, schema: tables.TableSchema) -> Table:
        return aws.table(schema, self.cleanup)


CATALOGS: dict[str, Callable[[Workbench], Catalog]] = {
    "fake": lambda _: FakeCatalog(),
    "sqlite": lambda bench: SqliteCatalog(bench.database()),
    "dynamodb": lambda bench: DynamoCatalog(bench.table(tables.TRACKS)),
}
INTERACTION_LOGS: dict[str, Callable[[Workbench], InteractionLog]] = {
    "fake": lambda _: fakes.FakeInteractionLog(),
    "sqlite": lambda bench: SqliteInteractionLog(bench.database()),
    "dynamodb": lambda bench: DynamoInteractionLog(bench.table(tables.LOG)),
}
TASTE_STORES: dict[str, Callable[[Workbench], TasteStore]] = {
    "fake": lambda _: fakes.FakeTasteStore(),
    "sqlite": lambda bench: SqliteTasteStore(bench.database()),
    "dynamodb": lambda bench: DynamoTasteStore(bench.table(tables.USERS)),
}
PREFERENCE_STORES: dict[str, Callable[[Workbench], PreferenceStore]] = {
    "fake": lambda _: fakes.FakePreferenceStore(),
    "sqlite": lambda bench: SqlitePreferenceStore(bench.database()),
    "dynamodb": lambda bench: DynamoPreferenceStore(bench.table(tables.USERS)),
}
IMPRESSION_LOGS: dict[str, Callable[[Workbench], ImpressionLog]] = {
    "fake": lambda _: fakes.FakeImpressionLog(),
    "sqlite": lambda bench: SqliteImpressionLog(bench.database()),
    "dynamodb": lambda bench: DynamoImpressionLog(bench.table(tables.USERS)),
}
SERVING_STORES: dict[str, Callable[[Workbench], ServingStore]] = {
    "fake": lambda _: fakes.FakeServingStore(),
    "sqlite": lambda bench: SqliteServingStore(bench.database()),
    "dynamodb": lambda bench: DynamoServingStore(bench.table(tables.VERSIONS)),
}
RECEIPT_STORES: dict[str, Callable[[Workbench], ReceiptStore]] = {
    "fake": lambda _: fakes.FakeReceiptStore(),
    "sqlite": lambda bench: SqliteReceiptStore(bench.database()),
    "dynamodb": lambda bench: DynamoReceiptStore(bench.table(tables.VERSIONS)),
}
ERASURE_LEDGERS: dict[str, Callable[[Workbench], ErasureLedger]] = {
    "fake": lambda _: FakeErasureLedger(),
    "sqlite": lambda bench: SqliteErasureLedger(bench.database(), ErasureList(bench.folder / "erasures.list")),
    "dynamodb": lambda bench: DynamoErasureLedger(bench.table(tables.VERSIONS)),
}
TALLIES: dict[str, Callable[[Workbench], Tallies]] = {
    "fake": lambda _: fakes.FakeTallies(),
    "sqlite": lambda bench: SqliteTallies(bench.database()),
    "dynamodb": lambda bench: DynamoTallies(bench.table(tables.VERSIONS)),
}
AUDIT_LOGS: dict[str, Callable[[Workbench], AuditLog]] = {
    "fake": lambda _: fakes.FakeAuditLog(),
    "sqlite": lambda bench: SqliteAuditLog(bench.database()),
    "dynamodb": lambda bench: DynamoAuditLog(bench.table(tables.VERSIONS)),
}
KEY_STORES: dict[str, Callable[[Workbench], KeyStore]] = {
    "fake": lambda _: fakes.FakeKeyStore(),
    "sqlite": lambda bench: SqliteKeyStore(bench.database()),
    "dynamodb": lambda bench: DynamoKeyStore(bench.table(tables.VERSIONS)),
}
OBJECTS: dict[str, Callable[[Workbench], Objects]] = {
    "fake": lambda _: FakeObjects(),
    "folder": lambda bench: FolderObjects(bench.folder / "objects", base_url="http://127.0.0.1:8000", secret=b"secret"),
    "s3": lambda bench: S3Objects(*aws.bucket(bench.cleanup)),
}
