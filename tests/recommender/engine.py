"""The whole engine over fakes, with tracks and listening that one can see: a sound is an angle."""

import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from embeddings.spaces import SLOTS
from recommender.feedback import Feedback
from recommender.filters import Filters
from recommender.intake.catalogue import Catalogue
from recommender.intake.duplicates import Duplicates, Succession
from recommender.intake.extractors import Extractors
from recommender.intake.ingest import Ingest, sentence_of
from recommender.intake.placing import Placing
from recommender.intake.uploads import Uploads
from recommender.interactions import Interaction, Kind
from recommender.listening import Listening
from recommender.models import Models
from recommender.pages.asking import Request, Seeds
from recommender.pages.outcomes import Outcomes
from recommender.pages.page import RecommendedPage
from recommender.pages.policy import Policy
from recommender.pages.quality import Quality
from recommender.pages.recommend import Recommend
from recommender.pages.similar import Similar
from recommender.payload import names_of, payload_of
from recommender.ports.index import Point, Vector
from recommender.search import Search
from recommender.serving import Serving
from recommender.tastes.choices import Choices
from recommender.tastes.preferences import Preferences
from recommender.tastes.profile import Profiles
from recommender.tastes.renewal import Tastes
from recommender.tracks import Metadata, Track, TrackStatus
from recommender.training.replacing import Asking, Replacing
from recommender.training.swap import Swap
from recommender.training.train import Training
from recommender.trust.erasing import Erasing
from recommender.trust.erasures import Lives
from recommender.trust.export import Export
from recommender.trust.holdings import Holdings
from recommender.trust.late_pages import TimelyImpressions
from recommender.trust.lateness import Accepted, Recording
from recommender.trust.receipts import Receipt, Seal
from recommender.upkeep import Upkeep
from tests.fakes.catalog import FakeCatalog
from tests.fakes.embedders import FakeHearer, FakeReader, FakeTags, raw_of, statistics_of
from tests.fakes.erasures import FakeErasureLedger
from tests.fakes.index import FakeIndex
from tests.fakes.objects import FakeObjects
from tests.fakes.outbox import FakeOutbox
from tests.fakes.queues import FakeQueues
from tests.fakes.stores import (
    FakeAuditLog,
    FakeImpressionLog,
    FakeInteractionLog,
    FakePreferenceStore,
    FakeReceiptStore,
    FakeServingStore,
    FakeTallies,
    FakeTasteStore,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADDED = NOW - timedelta(days=100)
EAR, WORDS = "ear-1", "words-1"


def at_angle(degrees: float, *, slot: str = "audio_a") -> Vector:
    """Return the unit vector at an angle in a slot's first two coordinates."""
    vector = np.zeros(SLOTS[slot].dim, np.float32)
    vector[:2] = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return vector


def angle_of(vector: Vector) -> float:
    """Return the angle of a vector's first two coordinates, in degrees."""
    return math.degrees(math.atan2(float(vector[1]), float(vector[0])))


def act(track_id: str, kind: Kind = Kind.PLAY, *, user: str = "ann", days_ago: float = 10, **fields: object) -> Interaction:
    """Return an act; the same arguments make the same act."""
    told = Interaction(
        interaction_id=f"{user} {kind.value} {track_id} {days_ago:g}",
        user=user,
        track_id=track_id,
        kind=kind,
        at=NOW - timedelta(days=days_ago),
        share=1.0 if kind is Kind.PLAY else None,
    )
    return replace(told, **fields)  # type: ignore[arg-type]  # a test names the fields it is about


class Engine:
    """Every use case over fakes; ``add`` and ``listen`` put in what a test needs to see."""

    def __init__(
        self,
        *,
        serving: Serving | None = None,
        index: FakeIndex | None = None,
        catalog: FakeCatalog | None = None,
        taste_store: FakeTasteStore | None = None,
    ) -> None:
        self.index = index or FakeIndex()
        self.catalog = catalog or FakeCatalog()
        self.taste_store = taste_store or FakeTasteStore()
        self.serving = FakeServingStore(serving or Serving(audio_version=EAR, text_version=WORDS))
        self.objects, self.outbox, self.log = FakeObjects(), FakeOutbox(), FakeInteractionLog()
        self.preferences, self.impressions, self.receipts = FakePreferenceStore(), FakeImpressionLog(), FakeReceiptStore()
        self.tallies = FakeTallies()
        self.asked: Counter[str | None] = Counter()
        self.reader = FakeReader(WORDS)
        self.models = Models(self.objects)
        self.extractors = Extractors(FakeObjects())
        self.extractors.keep(EAR, statistics_of(0))
        self.placing = Placing(self.catalog, self.index, self.serving, self.models, self.extractors)
        self.succession = Succession(self.catalog, self.placing, self.outbox)
        self.tastes = Tastes(self.log, self.index, self.taste_store, self.preferences, self.serving, self.models, self.catalog)
        self.ledger, self.audit, self.queues = FakeErasureLedger(), FakeAuditLog(), FakeQueues()
        self.lives = Lives(self.ledger, self.preferences)
        self.feedback = Feedback(self.catalog, self.log, self.preferences, self.tastes, Outcomes(self.impressions, self.tallies))
        self.recording = Recording(self.feedback, self.lives)
        self.listening = Listening(self.catalog, self.outbox, self.lives)
        self.catalogue = Catalogue(self.catalog, self.index, self.outbox, self.succession)
        self.uploads = Uploads(self.catalog, self.objects, self.extractors.recipe)
        self.similar = Similar(self.index, self.catalog, self.serving)
        self.search = Search(self.index, self.catalog, self.serving, self.reader, self.taste_store, self.preferences)
        self.choices = Choices(self.preferences, self.taste_store, self.log, self.impressions, self.tastes, self.catalog)
        self.profiles = Profiles(self.taste_store, self.preferences, self.catalog)
        self.holdings = Holdings(self.log, self.taste_store, self.preferences, self.impressions, self.queues, lambda: None)
        self.export = Export(self.holdings, self.ledger, self.audit)
        self.erasing = Erasing(
            holdings=self.holdings,
            ledger=self.ledger,
            receipts=self.receipts,
            models=self.models,
            serving=self.serving,
            audit=self.audit,
            outbox=self.outbox,
            seal=Seal([b"the engine's"]),
            kept=5,
            ask_training=Asking(self.objects).ask,
        )
        self.quality = Quality(self.impressions, self.catalog, self.log, self.tallies)
        self.upkeep = Upkeep(self.log, self.impressions, self.serving, self.tastes, self.tallies, self.queues)
        self.swap = Swap(self.index, self.serving, self.models)
        self.training = Training(self.log, self.catalog, self.index, self.serving, self.models, self.swap)
        self.replacing = Replacing(Asking(self.objects), self.training, self.swap, self.models, self.erasing)
        self.recommend = self.recommending()

    def recommending(self, policy: Policy | None = None) -> Recommend:
        """Return the ask walk under a policy."""
        return Recommend.over(
            index=self.index,
            catalog=self.catalog,
            tastes=self.tastes,
            preferences=self.preferences,
            impressions=TimelyImpressions(self.impressions, self.ledger),
            serving=self.serving,
            log=self.log,
            tallies=self.tallies,
            models=self.models,
            policy=policy,
        )

    def ingest(self, *, hearer: FakeHearer | None = None, reader: FakeReader | None = None, keep_audio: bool = False) -> Ingest:
        """Return the upload walk with these ears and eyes."""
        return Ingest(
            catalog=self.catalog,
            index=self.index,
            objects=self.objects,
            serving=self.serving,
            hearer=hearer or FakeHearer(EAR),
            reader=reader or self.reader,
            tags=FakeTags(),
            placing=self.placing,
            duplicates=Duplicates(self.catalog, self.index, self.serving, self.extractors),
            succession=self.succession,
            extractors=self.extractors,
            keep_audio=keep_audio,
        )

    def add(
        self,
        track_id: str,
        degrees: float | None = None,
        *,
        read: bool = False,
        attributes: dict[str, float] | None = None,
        **said: object,
    ) -> Track:
        """List a track that sounds like an angle, or is only read; its title and artist are its own unless they are said."""
        metadata = Metadata(**{"title": f"Title {track_id}", "artists": (f"Artist {track_id}",), **said})  # type: ignore[arg-type]  # as above
        heard, read = degrees is not None, read or degrees is None
        track = self.catalog.put(
            Track(
                track_id=track_id,
                metadata=metadata,
                added_at=ADDED,
                status=TrackStatus.READY,
                attributes=attributes or {},
                content_hash=f"audio of {track_id}" if heard else None,
                versions={space: version for space, version in {"audio": heard and EAR, "text": read and WORDS}.items() if version},
            )
        )
        vectors = {"text": self.reader.encode([sentence_of(metadata)])[0]} if read else {}
        if degrees is not None:
            vectors["audio_a"] = at_angle(degrees)
            self.catalog.put_raw(track_id, recipe=self.extractors.recipe, raw=raw_of(degrees).tobytes())
        self.index.upsert([Point(track_id, vectors, payload_of(track), names_of(track))])
        return track

    def send(self, content: bytes, *, track_id: str = "t1", name: str = "Band/Record/01 Song.flac", file_hash: str | None = None) -> str:
        """Begin an upload, put its content where it goes, and return the key."""
        begun = self.uploads.begin(name, track_id=track_id, file_hash=file_hash, said=None, now=NOW)
        key = f"uploads/by-id/{begun.track_id}/{name}"
        self.objects.put(key, content)
        return key

    def listen(self, *acts: Interaction) -> None:
        """Let acts go through the listen walk."""
        self.feedback.record(acts, now=NOW)

    def drain(self, *, now: datetime = NOW) -> list[object]:
        """Let the outbox's messages be recorded, one interaction a message, and return what became of each."""
        heard, self.outbox.heard_of = self.outbox.heard_of, []
        return list(self.recording.record_many([Accepted([act], self.outbox.lives.get(act.interaction_id, {})) for act in heard], now=now))

    def erase(self, user: str = "ann", *, receipt_id: str = "r1", now: datetime = NOW, retrain: bool = False) -> Receipt:
        """Ask for an erasure and carry it out."""
        self.erasing.ask(user, receipt_id=receipt_id, now=now, retrain=retrain)
        return self.carry_out(now=now)

    def carry_out(self, *, now: datetime = NOW) -> Receipt:
        """Carry out the erasure that was asked for last."""
        erasure, receipt_id, retrain = self.outbox.to_erase[-1]
        told = {"number": erasure.number, "receipt_id": receipt_id, "asked_at": erasure.asked_at}
        return self.erasing.run(erasure.subject, **told, now=now, retrain=retrain)  # type: ignore[arg-type]  # as above

    def ask(
        self,
        user: str | None = "ann",
        *,
        limit: int = 10,
        adventure: float = 0.3,
        seeds: Seeds | None = None,
        filters: Filters | None = None,
        after: str | None = None,
        explained: bool = False,
        now: datetime = NOW,
    ) -> RecommendedPage:
        """Return a page; the first one for a user is "page for user", the second one "page 2 for user"."""
        self.asked[user] += 1
        request = Request(
            user=user,
            recommendation_id=f"page for {user}" if self.asked[user] == 1 else f"page {self.asked[user]} for {user}",
            limit=limit,
            adventure=adventure,
            seeds=seeds or Seeds(),
            filters=filters or Filters(),
            after=after,
            is_explained=explained,
        )
        return self.recommend.page(request, now=now)

    def prefer(self, user: str = "ann", **fields: object) -> None:
        """Keep preferences, without what follows from them."""
        self.preferences.put(Preferences(user=user, **fields))  # type: ignore[arg-type]  # as above


ROCK = frozenset(f"rock{degrees}" for degrees in range(30))
JAZZ = frozenset(f"jazz{degrees}" for degrees in range(90, 120))


def rock_and_jazz() -> Engine:
    """Return a library of thirty rock tracks from 0 to 29 degrees and thirty jazz tracks from 90 to 119."""
    engine = Engine()
    for degrees in range(30):
        engine.add(f"rock{degrees}", degrees, genres=("Rock",))
        engine.add(f"jazz{degrees + 90}", degrees + 90, genres=("Jazz",))
    return engine


def ids(page: RecommendedPage) -> list[str]:
    """Return the tracks of a page in order."""
    return [item.track.track_id for item in page.items]


def sources(page: RecommendedPage) -> set[str]:
    """Return what brought the tracks of a page."""
    return {item.candidate.source for item in page.items}
