"""The composition root: use cases over the stores that configuration chooses, built lazily, once in a process."""

import hashlib
import threading

from infra.foundations import Foundations
from infra.health import VERSION
from infra.hearing import HearingPool
from infra.lazy import lazily
from infra.settings import Settings
from infra.tags import FileTags
from recommender.feedback import Feedback
from recommender.intake.catalogue import Catalogue
from recommender.intake.duplicates import Duplicates, Succession
from recommender.intake.extractors import Extractors
from recommender.intake.ingest import Ingest
from recommender.intake.placing import Placing
from recommender.intake.refit import Refit
from recommender.intake.repair import Repair
from recommender.intake.uploads import Uploads
from recommender.listening import Listening
from recommender.pages.outcomes import Outcomes
from recommender.pages.policy import Policy
from recommender.pages.quality import Quality
from recommender.pages.recommend import Recommend
from recommender.pages.similar import Similar
from recommender.playing.continuing import Continuing
from recommender.playing.path import Path
from recommender.playing.radio import Radio
from recommender.search import Search
from recommender.tastes.choices import Choices
from recommender.tastes.profile import Profiles
from recommender.tastes.renewal import Tastes
from recommender.training.fitting import Wish
from recommender.training.progress import ProgressNote
from recommender.training.replacing import Asking, Replacing
from recommender.training.swap import Swap
from recommender.training.train import Training
from recommender.trust.erasing import Erasing
from recommender.trust.erasures import Lives
from recommender.trust.export import Export
from recommender.trust.holdings import Holdings
from recommender.trust.late_pages import TimelyImpressions
from recommender.trust.lateness import Recording
from recommender.trust.receipts import Seal
from recommender.upkeep import Upkeep


class App(Foundations):
    """Every use case of one configuration."""

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
            tags=self.hearer if isinstance(self.hearer, HearingPool) else FileTags(),
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
        return Listening(self.stores.catalog, self.outbox, self.lives)

    @lazily
    def lives(self) -> Lives:
        """Tell in which life users are."""
        return Lives(self.stores.erasures, self.stores.preferences)

    @lazily
    def recording(self) -> Recording:
        """Record what is not too late."""
        return Recording(self.feedback, self.lives)

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
            impressions=TimelyImpressions(stores.impressions, stores.erasures),
            serving=stores.serving,
            log=stores.interactions,
            tallies=stores.tallies,
            models=self.models,
            policy=Policy(crowd=self.settings.fewest_listeners),
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
    def holdings(self) -> Holdings:
        """Everything that is held of users."""
        stores = self.stores
        return Holdings(stores.interactions, stores.tastes, stores.preferences, stores.impressions, stores.queues, stores.shred)

    @lazily
    def export(self) -> Export:
        """Give out what is held."""
        return Export(self.holdings, self.stores.erasures, self.stores.audit)

    @lazily
    def erasing(self) -> Erasing:
        """Erase users."""
        stores, links = self.stores, self.stores.ring.links
        return Erasing(
            holdings=self.holdings,
            ledger=stores.erasures,
            receipts=stores.receipts,
            models=self.models,
            serving=stores.serving,
            audit=stores.audit,
            outbox=self.outbox,
            seal=Seal([hashlib.sha256(b"receipts\x00" + link.encode()).digest() for link in reversed(links)]),
            kept=self.settings.model_versions_kept,
            ask_training=Asking(stores.objects).ask,
            descendants=self.pseudonyms.descendants,
        )

    @lazily
    def replacing(self) -> Replacing:
        """Replace the factors after an erasure."""
        return Replacing(Asking(self.stores.objects), self.training, self.swap, self.models, self.erasing)

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
            wish=None if settings.privacy_epsilon is None else Wish(settings.privacy_epsilon, settings.privacy_delta),
            crowd=settings.fewest_listeners,
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
        return Upkeep(stores.interactions, stores.impressions, stores.serving, self.tastes, stores.tallies, stores.queues)

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
