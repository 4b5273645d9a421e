"""The composition root: use cases over the stores that configuration chooses, built lazily, once in a process."""

import hashlib
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infra.emf import EmfMetrics
from infra.health import VERSION
from infra.hearing import HearingPool, InProcessHearer
from infra.lazy import lazily
from infra.metrics import Metrics
from infra.outbox import QueueOutbox
from infra.prometheus import PrometheusMetrics
from infra.pseudonyms import Pseudonyms
from infra.reading import LazyReader, TextModel
from infra.settings import Settings
from infra.stores import Stores
from infra.tags import MutagenTags
from recommender.access import Access
from recommender.audit import Act
from recommender.catalogue import Catalogue
from recommender.choices import Choices
from recommender.continuing import Continuing
from recommender.duplicates import Duplicates, Succession
from recommender.extractors import Extractors
from recommender.feedback import Feedback
from recommender.ingest import Ingest
from recommender.limits import Limits
from recommender.listening import Listening
from recommender.models import Models
from recommender.outcomes import Outcomes
from recommender.path import Path
from recommender.placing import Placing
from recommender.ports.embedders import Hearer, Reader
from recommender.privacy import Privacy
from recommender.profile import Profiles
from recommender.quality import Quality
from recommender.radio import Radio
from recommender.recommend import Recommend
from recommender.refit import Refit
from recommender.repair import Repair
from recommender.search import Search
from recommender.similar import Similar
from recommender.tastes import Tastes
from recommender.training.progress import ProgressNote
from recommender.training.swap import Swap
from recommender.training.train import Training
from recommender.upkeep import Upkeep
from recommender.uploads import Uploads

if TYPE_CHECKING:
    from recommender.ports.outbox import Outbox


class App:
    """Every use case of one configuration."""

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

    @lazily
    def tastes(self) -> Tastes:
        """What keeps tastes in step."""
        stores = self.stores
        return Tastes(stores.interactions, stores.index, stores.tastes, stores.preferences, stores.serving, self.models, stores.catalog)

    @lazily
    def uploads(self) -> Uploads:
        """Begin uploads."""
        return Uploads(self.stores.catalog, self.stores.objects, self.extractors.recipe)

    @lazily
    def extractors(self) -> Extractors:
        """The audio versions."""
        return Extractors(self.stores.objects)

    @lazily
    def placing(self) -> Placing:
        """Place tracks."""
        stores = self.stores
        return Placing(stores.catalog, stores.index, stores.serving, self.models, self.extractors)

    @lazily
    def succession(self) -> Succession:
        """Let duplicates take the place of originals."""
        return Succession(self.stores.catalog, self.placing, self.outbox)

    @lazily
    def ingest(self) -> Ingest:
        """Hear uploads and read metadata."""
        stores = self.stores
        return Ingest(
            catalog=stores.catalog,
            index=stores.index,
            objects=stores.objects,
            serving=stores.serving,
            hearer=self.hearer,
            reader=self.reader,
            tags=MutagenTags(),
            placing=self.placing,
            duplicates=Duplicates(stores.catalog, stores.index, stores.serving, self.extractors),
            succession=self.succession,
            extractors=self.extractors,
            keep_audio=self.settings.keep_audio,
        )

    @lazily
    def catalogue(self) -> Catalogue:
        """Describe, show and remove tracks."""
        return Catalogue(self.stores.catalog, self.stores.index, self.outbox, self.succession)

    @lazily
    def listening(self) -> Listening:
        """Accept interactions."""
        return Listening(self.stores.catalog, self.outbox)

    @lazily
    def feedback(self) -> Feedback:
        """Record interactions."""
        stores = self.stores
        outcomes = Outcomes(stores.impressions, stores.tallies)
        return Feedback(stores.catalog, stores.interactions, stores.preferences, self.tastes, outcomes)

    @lazily
    def recommend(self) -> Recommend:
        """Answer what to hear next."""
        stores = self.stores
        return Recommend.over(
            index=stores.index,
            catalog=stores.catalog,
            tastes=self.tastes,
            preferences=stores.preferences,
            impressions=stores.impressions,
            serving=stores.serving,
            log=stores.interactions,
            tallies=stores.tallies,
            models=self.models,
        )

    @lazily
    def radio(self) -> Radio:
        """Play on."""
        return Radio(self.recommend)

    @lazily
    def continuing(self) -> Continuing:
        """Go on with lists."""
        return Continuing(self.recommend)

    @lazily
    def path(self) -> Path:
        """Lead from track to track."""
        return Path(self.stores.index, self.stores.catalog, self.stores.serving)

    @lazily
    def similar(self) -> Similar:
        """Answer what is like a track."""
        return Similar(self.stores.index, self.stores.catalog, self.stores.serving)

    @lazily
    def search(self) -> Search:
        """Answer a query in words."""
        stores = self.stores
        return Search(stores.index, stores.catalog, stores.serving, self.reader, stores.tastes, stores.preferences)

    @lazily
    def profiles(self) -> Profiles:
        """Read profiles."""
        return Profiles(self.stores.tastes, self.stores.preferences, self.stores.catalog)

    @lazily
    def choices(self) -> Choices:
        """Take preferences."""
        stores = self.stores
        return Choices(stores.preferences, stores.tastes, stores.interactions, stores.impressions, self.tastes, stores.catalog)

    @lazily
    def privacy(self) -> Privacy:
        """Export and erase."""
        stores = self.stores
        return Privacy(stores.interactions, stores.tastes, stores.preferences, stores.impressions, stores.receipts, self.models)

    @lazily
    def swap(self) -> Swap:
        """Switch model versions."""
        return Swap(self.stores.index, self.stores.serving, self.models)

    @lazily
    def training(self) -> Training:
        """Train model versions."""
        stores, settings = self.stores, self.settings
        return Training(
            stores.interactions,
            stores.catalog,
            stores.index,
            stores.serving,
            self.models,
            self.swap,
            kept=settings.model_versions_kept,
            tuning_s=settings.tuning_s,
            code_version=VERSION,
        )

    @lazily
    def progress(self) -> ProgressNote:
        """How far a training has come."""
        return ProgressNote(self.stores.objects)

    @lazily
    def refit(self) -> Refit:
        """Refit the audio space."""
        stores = self.stores
        return Refit(stores.catalog, stores.index, stores.serving, self.extractors, self.hearer)

    @lazily
    def repair(self) -> Repair:
        """Make the index follow the catalogue."""
        stores = self.stores
        return Repair(stores.catalog, stores.index, stores.serving, self.models, self.placing, self.reader)

    @lazily
    def quality(self) -> Quality:
        """Report on the pages shown."""
        return Quality(self.stores.impressions, self.stores.catalog, self.stores.interactions, self.stores.tallies)

    @lazily
    def upkeep(self) -> Upkeep:
        """Keep tastes and logs in step."""
        stores = self.stores
        return Upkeep(stores.interactions, stores.impressions, stores.serving, self.tastes, stores.tallies)

    def close(self) -> None:
        """Close what was opened; the workers end first."""
        hearer = self.__dict__.pop("hearer", None)
        if isinstance(hearer, HearingPool):
            hearer.close()
        self.stores.close()


_lock = threading.Lock()
_apps: list[App] = []


def app() -> App:
    """Return the process's app, made from the environment when it is first asked for."""
    with _lock:
        if not _apps:
            _apps.append(App(Settings.from_env()))
        return _apps[0]


def reset() -> None:
    """Close the process's app and forget it; the next call of ``app`` reads the environment again."""
    with _lock:
        while _apps:
            _apps.pop().close()
