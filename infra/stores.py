"""The stores that configuration chooses: each URL's scheme names its adapter."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from infra.lazy import lazily
from infra.pseudonyms import key_in
from infra.settings import Settings
from recommender.errors import InvalidInput
from recommender.ports.index import VectorIndex
from recommender.ports.objects import Objects
from recommender.ports.queues import MessageQueues, Queue
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

if TYPE_CHECKING:
    from infra.sqlite.database import Database


class Stores:
    """Every store of one configuration, each opened on first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @lazily
    def user_key(self) -> str:
        """Key of the pseudonyms: the configured one, or the home's own."""
        return self.settings.user_key or key_in(self.settings.home)

    @lazily
    def index(self) -> VectorIndex:
        """The vector index."""
        scheme, _, place = self.settings.vector_index_url.partition(":")
        if scheme == "edge":
            from infra.edge_index import EdgeIndex  # noqa: PLC0415 - each stack loads its own engine

            return EdgeIndex(Path(place))
        from infra.qdrant_index import QdrantIndex  # noqa: PLC0415 - each stack loads its own engine

        return QdrantIndex.connect(self.settings.vector_index_url, api_key=self.settings.vector_index_key)

    @lazily
    def objects(self) -> Objects:
        """The files."""
        scheme, _, place = self.settings.objects_url.partition(":")
        if scheme != "file":
            raise _not_built("OBJECTS_URL", self.settings.objects_url)
        from infra.folder_objects import FolderObjects  # noqa: PLC0415 - each stack loads its own store

        secret = hashlib.sha256(b"uploads\x00" + self.user_key.encode()).digest()
        return FolderObjects(Path(place), base_url=self.settings.base_url, secret=secret)

    @lazily
    def queues(self) -> MessageQueues:
        """The message queues."""
        scheme, _, place = self.settings.queues_url.partition(":")
        if scheme != "sqlite":
            raise _not_built("QUEUES_URL", self.settings.queues_url)
        from infra.sqlite_queues import SqliteQueues  # noqa: PLC0415 - each stack loads its own queues

        return SqliteQueues(Path(place))

    @lazily
    def catalog(self) -> Catalog:
        """The tracks."""
        from infra.sqlite.catalog import SqliteCatalog  # noqa: PLC0415 - each stack loads its own stores

        return SqliteCatalog(self._database)

    @lazily
    def interactions(self) -> InteractionLog:
        """The log."""
        from infra.sqlite.interactions import SqliteInteractionLog  # noqa: PLC0415 - each stack loads its own stores

        return SqliteInteractionLog(self._database)

    @lazily
    def tastes(self) -> TasteStore:
        """The tastes."""
        from infra.sqlite.tastes import SqliteTasteStore  # noqa: PLC0415 - each stack loads its own stores

        return SqliteTasteStore(self._database)

    @lazily
    def preferences(self) -> PreferenceStore:
        """The preferences."""
        from infra.sqlite.preferences import SqlitePreferenceStore  # noqa: PLC0415 - each stack loads its own stores

        return SqlitePreferenceStore(self._database)

    @lazily
    def impressions(self) -> ImpressionLog:
        """The pages that were shown."""
        from infra.sqlite.impressions import SqliteImpressionLog  # noqa: PLC0415 - each stack loads its own stores

        return SqliteImpressionLog(self._database)

    @lazily
    def serving(self) -> ServingStore:
        """What is served."""
        from infra.sqlite.serving import SqliteServingStore  # noqa: PLC0415 - each stack loads its own stores

        return SqliteServingStore(self._database)

    @lazily
    def receipts(self) -> ReceiptStore:
        """The receipts of erasures."""
        from infra.sqlite.receipts import SqliteReceiptStore  # noqa: PLC0415 - each stack loads its own stores

        return SqliteReceiptStore(self._database)

    @lazily
    def tallies(self) -> Tallies:
        """The counts."""
        from infra.sqlite.tallies import SqliteTallies  # noqa: PLC0415 - each stack loads its own stores

        return SqliteTallies(self._database)

    @lazily
    def _database(self) -> "Database":
        scheme, _, place = self.settings.state_url.partition(":")
        if scheme != "sqlite":
            raise _not_built("STATE_URL", self.settings.state_url)
        from infra.sqlite.database import Database  # noqa: PLC0415 - each stack loads its own stores
        from infra.sqlite.schema import STATE  # noqa: PLC0415 - each stack loads its own stores

        return Database(Path(place), STATE)

    def depths(self) -> dict[str, int]:
        """Return how many messages wait, are in work or are dead, by queue."""
        queues = self.queues
        if not hasattr(queues, "depth"):
            return {}
        now = datetime.now(UTC)
        deep = {queue.value: queues.depth(queue, now=now) for queue in Queue}
        kinds = ("waiting", "in_flight", "dead")
        return {f"{name}_{kind}": getattr(depth, kind) for name, depth in deep.items() for kind in kinds}

    def close(self) -> None:
        """Close what was opened."""
        for name in ("index", "queues", "_database"):
            opened = self.__dict__.pop(name, None)
            close = getattr(opened, "close", None)
            if close is not None:
                close()


def _not_built(variable: str, url: str) -> InvalidInput:
    return InvalidInput(f"{variable}={url!r}: this version has no adapter for it", code="invalid_setting", field=variable)
