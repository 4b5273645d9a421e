"""The adapters that each contract is run against; another adapter is one more entry in its table."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from infra.folder_objects import FolderObjects
from infra.sqlite.catalog import SqliteCatalog
from infra.sqlite.database import Database
from infra.sqlite.impressions import SqliteImpressionLog
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.preferences import SqlitePreferenceStore
from infra.sqlite.receipts import SqliteReceiptStore
from infra.sqlite.schema import STATE
from infra.sqlite.serving import SqliteServingStore
from infra.sqlite.tallies import SqliteTallies
from infra.sqlite.tastes import SqliteTasteStore
from recommender.ports.objects import Objects
from recommender.ports.stores import (
    Catalog,
    ImpressionLog,
    InteractionLog,
    PreferenceStore,
    ReceiptStore,
    ServingStore,
    Tallies,
    TasteStore,
)
from tests.fakes import stores as fakes
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


CATALOGS: dict[str, Callable[[Workbench], Catalog]] = {
    "fake": lambda _: fakes.FakeCatalog(),
    "sqlite": lambda bench: SqliteCatalog(bench.database()),
}
INTERACTION_LOGS: dict[str, Callable[[Workbench], InteractionLog]] = {
    "fake": lambda _: fakes.FakeInteractionLog(),
    "sqlite": lambda bench: SqliteInteractionLog(bench.database()),
}
TASTE_STORES: dict[str, Callable[[Workbench], TasteStore]] = {
    "fake": lambda _: fakes.FakeTasteStore(),
    "sqlite": lambda bench: SqliteTasteStore(bench.database()),
}
PREFERENCE_STORES: dict[str, Callable[[Workbench], PreferenceStore]] = {
    "fake": lambda _: fakes.FakePreferenceStore(),
    "sqlite": lambda bench: SqlitePreferenceStore(bench.database()),
}
IMPRESSION_LOGS: dict[str, Callable[[Workbench], ImpressionLog]] = {
    "fake": lambda _: fakes.FakeImpressionLog(),
    "sqlite": lambda bench: SqliteImpressionLog(bench.database()),
}
SERVING_STORES: dict[str, Callable[[Workbench], ServingStore]] = {
    "fake": lambda _: fakes.FakeServingStore(),
    "sqlite": lambda bench: SqliteServingStore(bench.database()),
}
RECEIPT_STORES: dict[str, Callable[[Workbench], ReceiptStore]] = {
    "fake": lambda _: fakes.FakeReceiptStore(),
    "sqlite": lambda bench: SqliteReceiptStore(bench.database()),
}
TALLIES: dict[str, Callable[[Workbench], Tallies]] = {
    "fake": lambda _: fakes.FakeTallies(),
    "sqlite": lambda bench: SqliteTallies(bench.database()),
}
OBJECTS: dict[str, Callable[[Workbench], Objects]] = {
    "fake": lambda _: FakeObjects(),
    "folder": lambda bench: FolderObjects(bench.folder / "objects", base_url="http://127.0.0.1:8000", secret=b"secret"),
}
