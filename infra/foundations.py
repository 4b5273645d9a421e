"""What every use case stands on, built lazily: stores, senses, doors and measures."""

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

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
from recommender.trust.access import REMEMBERED, Access
from recommender.trust.audit import Act
from recommender.trust.limits import Limits

if TYPE_CHECKING:
    from recommender.ports.outbox import Outbox


# Who calls without a key that opens anything.
NOBODY: Final = "nobody"
REFUSALS_PER_SECOND: Final = 5.0
REFUSALS_AT_ONCE: Final = 100


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
        return Pseudonyms(self.stores.ring.links)

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
        ring = self.stores.ring
        # a look into SQLite costs less than it would to be wrong for ten seconds
        remembered = timedelta() if self.settings.state_url.startswith("sqlite:") else REMEMBERED
        return Access(self.stores.keys, secret=ring.secret(b"tokens"), former=ring.former(b"tokens"), remembered=remembered)

    @lazily
    def limits(self) -> Limits:
        """How often each may call."""
        return Limits()

    def note(self, action: str, *, subject: str | None = None, actor: str = "console", outcome: str = "done") -> None:
        """Write an act into the audit log; without an actor it is of the command line beside the library."""
        self.stores.audit.append(Act(at=datetime.now(UTC), actor=actor, action=action, subject=subject, outcome=outcome))

    def note_refusal(self, action: str, *, subject: str | None, actor: str, outcome: str) -> None:
        """Write an attempt that was refused into the audit log; callers without a key share a bucket, so that none floods it.

        Raises
        ------
        TooMany
            If there were too many of those lately; then nothing is written.
        """
        if actor == NOBODY:
            self.limits.take(NOBODY, per_second=REFUSALS_PER_SECOND, burst=REFUSALS_AT_ONCE, now=time.monotonic())
        self.note(action, subject=subject, actor=actor, outcome=outcome)

    @lazily
    def outbox(self) -> "Outbox":
        """What hands work over to the queues."""
        return QueueOutbox(self.stores.queues)

    @lazily
    def models(self) -> Models:
        """The model versions."""
        return Models(self.stores.objects)
