"""What every use case stands on, built lazily: stores, senses, doors and measures."""

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infra.emf import EmfMetrics
from infra.hearing import HearingPool, InProcessHearer
from infra.lazy import lazily
from infra.metrics import Metrics
from infra.outbox import QueueOutbox
from infra.prometheus import PrometheusMetrics
from infra.pseudonyms import Pseudonyms
from infra.reading import LazyReader, TextModel
from infra.settings import Settings
from infra.stores import Stores
from recommender.models import Models
from recommender.ports.embedders import Hearer, Reader
from recommender.trust.access import Access
from recommender.trust.audit import Act
from recommender.trust.limits import Limits

if TYPE_CHECKING:
    from recommender.ports.outbox import Outbox


class Foundations:
    """The parts of one configuration that use cases share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stores = Stores(settings)

    @lazily
    def metrics(self) -> Metrics:
        """What is counted: kept here, or written for CloudWatch."""
        scheme, _, namespace = self.settings.metrics_url.partition(":")
        return EmfMetrics(namespace) if scheme == "emf" else PrometheusMetrics()

    @lazily
    def pseudonyms(self) -> Pseudonyms:
        """The border where user ids become pseudonyms."""
        return Pseudonyms(self.stores.user_key)

    @lazily
    def hearer(self) -> Hearer:
        """The ear: a pool of workers, or this process."""
        settings = self.settings
        if settings.hearing_workers == 0:
            return InProcessHearer(settings.audio_statistics)
        return HearingPool(settings.hearing_workers, timeout_s=settings.hearing_timeout_s, statistics=settings.audio_statistics)

    @lazily
    def reader(self) -> Reader:
        """The reader of sentences."""
        told = self.settings
        model = TextModel(told.text_model, told.text_model_folder, told.text_model_revision, told.text_model_sha256)
        return LazyReader(told.text_encoder, model=model, cache=told.text_cache or told.home / "text")

    @lazily
    def access(self) -> Access:
        """Who may call."""
        return Access(self.stores.keys, secret=hashlib.sha256(b"tokens\x00" + self.stores.user_key.encode()).digest())

    @lazily
    def limits(self) -> Limits:
        """How often each may call."""
        return Limits()

    def note(self, action: str, *, subject: str | None = None, actor: str = "console") -> None:
        """Write an act of administration into the audit log."""
        self.stores.audit.append(Act(at=datetime.now(UTC), actor=actor, action=action, subject=subject))

    @lazily
    def outbox(self) -> "Outbox":
        """What hands work over to the queues."""
        return QueueOutbox(self.stores.queues)

    @lazily
    def models(self) -> Models:
        """The model versions."""
        return Models(self.stores.objects)
