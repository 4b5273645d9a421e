"""Everything that bears on an answer: who asks, what they asked for, what they must not be shown and what is served now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from recommender.filters import AnyOf, Filters, OneOfTracks, Where
from recommender.pages.asking import Ask, Chain, Request, Seeds
from recommender.pages.fading import ignored
from recommender.pages.paging import chain_before
from recommender.pages.policy import Policy, known_left
from recommender.pages.resting import resting
from recommender.pages.seeding import Seeding, original_of, refuse_unknown
from recommender.ports.catalog import Catalog
from recommender.ports.stores import ImpressionLog, PreferenceStore, ServingStore
from recommender.tastes.exclusions import excluded
from recommender.tastes.preferences import Consent, Preferences
from recommender.tastes.renewal import Tastes
from recommender.tastes.taste import Taste


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Gather what bears on answers."""

    catalog: Catalog
    tastes: Tastes
    preferences: PreferenceStore
    impressions: ImpressionLog
    serving: ServingStore
    seeding: Seeding

    def of(self, request: Request, *, policy: Policy, now: datetime) -> Ask:
        """Return the request with all that is needed to answer it.

        Raises
        ------
        InvalidInput
            Naming seeds that are not known, or if ``request.after`` is not a cursor of this user and question.
        """
        serving = self.serving.get()
        preferences = self.preferences.get(request.user) if request.user is not None else None
        refused = preferences is not None and preferences.consent is Consent.NONE
        taste = None if refused or request.user is None else self.tastes.current(request.user, serving, now=now)
        is_kept = request.user is not None and (preferences is None or preferences.consent is Consent.PERSONAL)
        sown = self.seeding.sown(_with_picks(request.seeds, preferences, taste), (serving.audio_slot, "text", serving.collab_slot))
        if request.seeds:
            refuse_unknown(sown.unknown)
        chain = chain_before(request, self.impressions)
        rests = resting(taste, policy=policy, now=now)
        kept_out = excluded(preferences, taste, now)
        tracks = {*sown.named.values(), *rests, *chain.shown, *self._canonical((*kept_out.track_ids, *request.filters.exclude_tracks))}
        return Ask(
            request=request,
            where=where_of(request.filters, preferences, tracks=tracks, artists=kept_out.artists),
            serving=serving,
            now=now,
            policy=policy,
            taste=taste,
            preferences=preferences,
            seeds=sown.points,
            is_kept=is_kept,
            chain=chain,
            resting=rests,
            ignored=self._ignored(request.user, chain, taste, policy, now) if is_kept and request.user is not None else {},
            depth=_depth(request, policy, taste),
        )

    def _ignored(self, user: str, chain: Chain, taste: Taste | None, policy: Policy, now: datetime) -> Mapping[str, float]:
        """Return what is left of the scores of tracks that were shown lately and not played; what cannot come anyway is passed over."""
        if not policy.ignored_pages or policy.ignored == 1.0:
            return {}
        acted_on = {*chain.shown, *(taste.heard if taste is not None else ())}
        return ignored(self.impressions.of_user(user, latest=policy.ignored_pages), acted_on, policy=policy, now=now)

    def _canonical(self, track_ids: tuple[str, ...]) -> set[str]:
        """Return these tracks and those in the index that they are another name or a duplicate of."""
        known = self.catalog.get_many(track_ids) if track_ids else {}
        return {*track_ids, *(original_of(track) for track in known.values())}


def _depth(request: Request, policy: Policy, taste: Taste | None) -> int:
    """Return how many candidates a question brings: as many more as known tracks may stand before what is new."""
    depth = max(policy.target_depth if request.filters.targets else policy.depth, 2 * request.limit)
    known = min(len(taste.heard), depth) if taste is not None else 0
    return depth + round((1.0 - known_left(policy, request.adventure)) * known)


def _with_picks(asked: Seeds, preferences: Preferences | None, taste: Taste | None) -> Seeds:
    """Return the seeds of the request, or else the onboarding picks for as long as there is no taste."""
    if asked or preferences is None or (taste is not None and taste.spaces):
        return asked
    return Seeds.of(tracks=preferences.pick_tracks, artists=preferences.pick_artists, genres=preferences.pick_genres)


def where_of(filters: Filters, preferences: Preferences | None, *, tracks: set[str], artists: tuple[str, ...]) -> Where:
    """Return the filters, with what a user's preferences do not allow and with tracks and artists that must not come back."""
    if preferences is not None and not preferences.allow_explicit and filters.explicit is None:
        filters = replace(filters, explicit=False)
    # All tracks to leave out are one condition: many of one kind cost the index more than one of many.
    where = replace(filters, exclude_tracks=()).where()
    if artists:
        where = where.also(without=(AnyOf("artists", artists),))
    return where.also(without=(OneOfTracks(tuple(sorted(tracks))),)) if tracks else where
