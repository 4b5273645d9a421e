"""The ask walk: what should this user hear next?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from recommender.asking import Ask, Candidate, Request, Seeds
from recommender.errors import InvalidInput
from recommender.filters import AnyOf, Filters, OneOfTracks, Where
from recommender.fusion import fuse, proposals
from recommender.identity import fold
from recommender.impressions import Impression
from recommender.popularity import Popularity
from recommender.ports.index import Point, Vector, VectorIndex
from recommender.ports.stores import Catalog, ImpressionLog, PreferenceStore, ServingStore
from recommender.preferences import Consent, Preferences
from recommender.ranking import diversified, held_back, toward
from recommender.serving import Serving
from recommender.sources import SOURCES
from recommender.sources.seeds import unknown
from recommender.taste import Taste
from recommender.tastes import Tastes
from recommender.tracks import Track, TrackStatus

# Heard lately is left out for this long, then may return.
REST: Final = timedelta(days=3)
ARTIST_CAP: Final = 3
DEPTH: Final = 60
# Targets reorder what the spaces propose, so they are given more to choose from.
TARGET_DEPTH: Final = 300
SEED_TRACKS: Final = 25
# Candidates for each place of a page, from which diversity chooses.
POOL: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A track of a page and why it is there."""

    track: Track
    candidate: Candidate


@dataclass(frozen=True, slots=True, eq=False)
class RecommendedPage:
    """A page of recommendations; ``why`` says why it is empty, where it is."""

    recommendation_id: str
    items: tuple[Item, ...]
    cold: bool
    serving: Serving
    exemplars: Mapping[str, Track]
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Recommend:
    """Answer requests from taste, seeds and popularity."""

    index: VectorIndex
    catalog: Catalog
    tastes: Tastes
    preferences: PreferenceStore
    impressions: ImpressionLog
    serving: ServingStore
    popularity: Popularity

    def page(self, request: Request, *, now: datetime) -> RecommendedPage:
        """Return the page for one request.

        Raises
        ------
        InvalidInput
            Naming seeds that are not known.
        """
        ask = self._ask(request, now=now)
        chosen = self._personal(ask)
        if len(chosen) < request.limit:
            chosen = [*chosen, *self._popular(ask, chosen)]
        items, exemplars = self._items(chosen)
        cold = not any(item.candidate.source != "popular" for item in items)
        page = RecommendedPage(request.recommendation_id, items, cold, ask.serving, exemplars, None if items else self._why(ask))
        if ask.preferences is None or ask.preferences.consent is not Consent.NONE:
            self.impressions.append(_impression(request.user, page, now=now))
        return page

    def _ask(self, request: Request, *, now: datetime) -> Ask:
        preferences = self.preferences.get(request.user)
        refused = preferences is not None and preferences.consent is Consent.NONE
        serving = self.serving.get()
        taste = None if refused else self.tastes.current(request.user, serving, now=now)
        seeds = _with_picks(request.seeds, preferences, taste)
        named, points = self._seed_points(seeds, serving, strict=seeds is request.seeds)
        return Ask(
            request=request,
            where=_where(request.filters, taste, preferences, now=now, without=named),
            serving=serving,
            now=now,
            taste=taste,
            preferences=preferences,
            seed_points=points,
            depth=max(TARGET_DEPTH if request.filters.targets else DEPTH, 2 * request.limit),
        )

    def _personal(self, ask: Ask) -> list[Candidate]:
        queries = [query for source in SOURCES for query in source.queries(ask)]
        answers = self.index.nearest([query.nearest for query in queries]) if queries else []
        known = held_back(ask.taste.heard if ask.taste else (), adventure=ask.request.adventure)
        targets = ask.request.filters.targets
        fused = fuse(proposals(queries, answers), held_back=known, limit=None if targets else POOL * ask.request.limit)
        if targets:
            # Every candidate's attributes are looked at, but few candidates' vectors.
            fused = toward(self._described(fused)[0], targets)[: POOL * ask.request.limit]
        candidates, vectors = self._described(fused, slot=ask.serving.audio_slot)
        diversity = 0.15 + 0.35 * ask.request.adventure
        return diversified(candidates, vectors, limit=ask.request.limit, diversity=diversity, artist_cap=ARTIST_CAP)

    def _described(self, candidates: Sequence[Candidate], *, slot: str | None = None) -> tuple[list[Candidate], dict[str, Vector]]:
        """Return the candidates that are still in the index with their payloads, and their vectors in ``slot``."""
        points = self.index.fetch([candidate.track_id for candidate in candidates], slots=(slot,) if slot else ()) if candidates else {}
        described = [replace(one, payload=points[one.track_id].payload) for one in candidates if one.track_id in points]
        return described, {track_id: vector for track_id, point in points.items() for vector in point.vectors.values()}

    def _popular(self, ask: Ask, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return popular tracks for the places that taste and seeds left open."""
        taken = tuple(candidate.track_id for candidate in chosen)
        where = ask.where.also(without=(OneOfTracks(taken),) if taken else ())
        return self.popularity.spread(where, targets=ask.request.filters.targets, limit=ask.request.limit - len(chosen), now=ask.now)

    def _seed_points(self, seeds: Seeds, serving: Serving, *, strict: bool) -> tuple[tuple[str, ...], dict[str, Point]]:
        """Return the tracks that are seeds by name, and the points of all seeds.

        Artists and genres stand for their most popular tracks, which may be answered with: who asks for jazz wants to hear some.
        """
        if not seeds:
            return (), {}
        slots = (serving.audio_slot, "text", serving.collab_slot)
        tracks = self.catalog.get_many(seeds.tracks) if seeds.tracks else {}
        # A duplicate has no point: its original stands for it.
        originals = {asked: track.duplicate_of or track.track_id for asked, track in tracks.items()}
        named = tuple(originals.values())
        points = self.index.fetch(named, slots=slots) if named else {}
        missing = unknown(seeds.tracks, [asked for asked, original in originals.items() if original in points])
        for field, names in (("artists", seeds.artists), ("genres", seeds.genres)):
            for name in names:
                where = Where((AnyOf(field, (fold(name),)),))
                hits = self.index.top("popularity", where=where, limit=SEED_TRACKS)
                points |= self.index.fetch([hit.track_id for hit in hits], slots=slots)
                missing += [] if hits else [name]
        if missing and strict:
            raise InvalidInput(f"unknown seeds: {', '.join(missing)}", code="unknown_seed", field="seeds")
        return named, points

    def _items(self, chosen: Sequence[Candidate]) -> tuple[tuple[Item, ...], dict[str, Track]]:
        named = {track_id for candidate in chosen for track_id in candidate.because.exemplars}
        tracks = self.catalog.get_many([*(candidate.track_id for candidate in chosen), *sorted(named)])
        items = tuple(
            Item(tracks[candidate.track_id], candidate)
            for candidate in chosen
            # A track that was deleted between the search and here is gone; one killed half-way through ingest is not whole yet.
            if candidate.track_id in tracks and tracks[candidate.track_id].status is TrackStatus.READY
        )
        return items, {track_id: tracks[track_id] for track_id in named if track_id in tracks}

    def _why(self, ask: Ask) -> str:
        if self.index.count(Where()) == 0:
            return "The library is empty: ingest some tracks first."
        if self.index.count(ask.request.filters.where()) == 0:
            return "No track passes the filters."
        return "All tracks that pass the filters are excluded or were heard in the last few days."


def _with_picks(asked: Seeds, preferences: Preferences | None, taste: Taste | None) -> Seeds:
    """Return the seeds of the request, or else the onboarding picks for as long as there is no taste."""
    if asked or preferences is None or (taste is not None and taste.spaces):
        return asked
    return Seeds(tracks=preferences.pick_tracks, artists=preferences.pick_artists, genres=preferences.pick_genres)


def _where(filters: Filters, taste: Taste | None, preferences: Preferences | None, *, now: datetime, without: tuple[str, ...]) -> Where:
    excluded = set(without)
    artists: tuple[str, ...] = ()
    if taste is not None:
        excluded |= set(taste.banned) | {track_id for track_id, at in taste.heard.items() if now - at < REST}
    if preferences is not None:
        excluded |= set(preferences.exclude_tracks)
        artists = tuple(fold(name) for name in preferences.exclude_artists)
        if not preferences.allow_explicit and filters.explicit is None:
            filters = replace(filters, explicit=False)
    where = filters.where()
    if artists:
        where = where.also(without=(AnyOf("artists", artists),))
    return where.also(without=(OneOfTracks(tuple(sorted(excluded))),)) if excluded else where


def _impression(user: str, page: RecommendedPage, *, now: datetime) -> Impression:
    return Impression(
        recommendation_id=page.recommendation_id,
        user=user,
        at=now,
        track_ids=tuple(item.track.track_id for item in page.items),
        sources=tuple(item.candidate.source for item in page.items),
        cold=page.cold,
        collab_version=page.serving.collab_version,
    )


def reason_of(item: Item, exemplars: Mapping[str, Track]) -> tuple[str, tuple[str, ...]]:
    """Return why a track is there as a sentence, and the exemplars that it names: the first two that are not the track itself."""
    others = [track_id for track_id in item.candidate.because.exemplars if track_id in exemplars and track_id != item.track.track_id][:2]
    names = [_named(exemplars[track_id]) for track_id in others]
    sentence = item.candidate.because.text.replace("{tracks}", " and ".join(names) or "what you play")
    return sentence[:1].upper() + sentence[1:], tuple(others)


def _named(track: Track) -> str:
    return f"{track.metadata.title} by {', '.join(track.metadata.artists) or 'an unknown artist'}"
