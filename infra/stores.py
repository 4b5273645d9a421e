"""The stores that configuration chooses: each URL's scheme names its adapter."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from infra.erasure_list import ErasureList
from infra.key_ring import KeyRing, ring_in
from infra.lazy import lazily
from infra.settings import Settings
from recommender.ports.catalog import Catalog
from recommender.ports.erasures import ErasureLedger
from recommender.ports.index import VectorIndex
from recommender.ports.objects import Objects
from recommender.ports.queues import MessageQueues, Queue
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

if TYPE_CHECKING:
    from infra.aws.state import DynamoState
    from infra.sqlite.database import Database


class Stores:
    """Every store of one configuration, each opened on first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @lazily
    def ring(self) -> KeyRing:
        """Keys of pseudonyms and signatures: those configured, or the home's own."""
        if self.settings.user_key is not None:
            return KeyRing.parse(self.settings.user_key)
        if self.settings.user_key_arn is not None:
            return KeyRing.parse(_secret(self.settings.user_key_arn))
        return ring_in(self.settings.home)

    @lazily
    def index(self) -> VectorIndex:
        """The vector index."""
        scheme, _, place = self.settings.vector_index_url.partition(":")
        if scheme == "edge":
            from infra.edge_index import EdgeIndex  # noqa: PLC0415 - each stack loads its own engine

            return EdgeIndex(Path(place))
        from infra.qdrant_index import QdrantIndex  # noqa: PLC0415 - each stack loads its own engine

        key, arn = self.settings.vector_index_key, self.settings.vector_index_key_arn
        return QdrantIndex.connect(self.settings.vector_index_url, api_key=_secret(arn) if key is None and arn is not None else key)

    @lazily
    def objects(self) -> Objects:
        """The files."""
        scheme, _, place = self.settings.objects_url.partition(":")
        if scheme == "s3":
            from infra.aws.clients import client  # noqa: PLC0415 - each stack loads its own store
            from infra.aws.objects import S3Objects  # noqa: PLC0415 - each stack loads its own store

            return S3Objects(client("s3"), place.strip("/"))
        from infra.folder_objects import FolderObjects  # noqa: PLC0415 - each stack loads its own store

        secret, former = self.ring.secret(b"uploads"), self.ring.former(b"uploads")
        return FolderObjects(Path(place), base_url=self.settings.base_url, secret=secret, former=former)

    @property
    def bucket(self) -> str | None:
        """The bucket that announces uploads; a folder has none."""
        scheme, _, place = self.settings.objects_url.partition("://")
        return place.strip("/") if scheme == "s3" else None

    @lazily
    def queues(self) -> MessageQueues:
        """The message queues."""
        scheme, _, place = self.settings.queues_url.partition(":")
        if scheme == "sqs":
            from infra.aws.clients import client  # noqa: PLC0415 - each stack loads its own queues
            from infra.aws.queues import SqsQueues  # noqa: PLC0415 - each stack loads its own queues

            return SqsQueues(client("sqs"), self.settings.queue_urls, self.settings.dead_letter_urls)
        from infra.sqlite_queues import SqliteQueues  # noqa: PLC0415 - each stack loads its own queues

        return SqliteQueues(Path(place))

    @lazily
    def catalog(self) -> Catalog:
        """The tracks."""
        if self._dynamo is not None:
            return self._dynamo.catalog
        from infra.sqlite.catalog import SqliteCatalog  # noqa: PLC0415 - each stack loads its own stores

        return SqliteCatalog(self._database)

    @lazily
    def interactions(self) -> InteractionLog:
        """The log."""
        if self._dynamo is not None:
            return self._dynamo.interactions
        from infra.sqlite.interactions import SqliteInteractionLog  # noqa: PLC0415 - each stack loads its own stores

        return SqliteInteractionLog(self._database)

    @lazily
    def tastes(self) -> TasteStore:
        """The tastes."""
        if self._dynamo is not None:
            return self._dynamo.tastes
        from infra.sqlite.tastes import SqliteTasteStore  # noqa: PLC0415 - each stack loads its own stores

        return SqliteTasteStore(self._database)

    @lazily
    def preferences(self) -> PreferenceStore:
        """The preferences."""
        if self._dynamo is not None:
            return self._dynamo.preferences
        from infra.sqlite.preferences import SqlitePreferenceStore  # noqa: PLC0415 - each stack loads its own stores

        return SqlitePreferenceStore(self._database)

    @lazily
    def impressions(self) -> ImpressionLog:
        """The pages that were shown."""
        if self._dynamo is not None:
            return self._dynamo.impressions
        from infra.sqlite.impressions import SqliteImpressionLog  # noqa: PLC0415 - each stack loads its own stores

        return SqliteImpressionLog(self._database)

    @lazily
    def serving(self) -> ServingStore:
        """What is served."""
        if self._dynamo is not None:
            return self._dynamo.serving
        from infra.sqlite.serving import SqliteServingStore  # noqa: PLC0415 - each stack loads its own stores

        return SqliteServingStore(self._database)

    @lazily
    def receipts(self) -> ReceiptStore:
        """The receipts of erasures."""
        if self._dynamo is not None:
            return self._dynamo.receipts
        from infra.sqlite.receipts import SqliteReceiptStore  # noqa: PLC0415 - each stack loads its own stores

        return SqliteReceiptStore(self._database)

    @lazily
    def erasures(self) -> ErasureLedger:
        """The ledger of erasures; on one machine a list beside the database is written too."""
        if self._dynamo is not None:
            return self._dynamo.erasures
        from infra.sqlite.erasures import SqliteErasureLedger  # noqa: PLC0415 - each stack loads its own stores

        return SqliteErasureLedger(self._database, self.erasure_list)

    @property
    def erasure_list(self) -> ErasureList:
        """The list of erasures that lives apart from the database."""
        return ErasureList(self.settings.home / "erasures.list")

    def shred(self) -> None:
        """Overwrite what the database has let go of; DynamoDB leaves nothing of it."""
        if self._dynamo is None:
            self._database.rewrite()

    @lazily
    def tallies(self) -> Tallies:
        """The counts."""
        if self._dynamo is not None:
            return self._dynamo.tallies
        from infra.sqlite.tallies import SqliteTallies  # noqa: PLC0415 - each stack loads its own stores

        return SqliteTallies(self._database)

    @lazily
    def audit(self) -> AuditLog:
        """The audit log."""
        if self._dynamo is not None:
            return self._dynamo.audit
        from infra.sqlite.audit import SqliteAuditLog  # noqa: PLC0415 - each stack loads its own stores

        return SqliteAuditLog(self._database)

    @lazily
    def keys(self) -> KeyStore:
        """The API keys."""
        if self._dynamo is not None:
            return self._dynamo.keys
        from infra.sqlite.keys import SqliteKeyStore  # noqa: PLC0415 - each stack loads its own stores

        return SqliteKeyStore(self._database)

    @lazily
    def _dynamo(self) -> "DynamoState | None":
        scheme, _, prefix = self.settings.state_url.partition(":")
        if scheme != "dynamodb":
            return None
        from infra.aws.clients import client  # noqa: PLC0415 - each stack loads its own stores
        from infra.aws.state import DynamoState  # noqa: PLC0415 - each stack loads its own stores

        return DynamoState(client("dynamodb"), prefix)

    @lazily
    def _database(self) -> "Database":
        _, _, place = self.settings.state_url.partition(":")
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


def _secret(arn: str) -> str:
    from infra.aws.secrets import secret  # noqa: PLC0415 - each stack loads its own stores

    return secret(arn)
