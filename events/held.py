"""What is answered of personal data: the export, with its index."""

from typing import Annotated

from pydantic import Field

from events.fields import Incoming, Outgoing, Utc
from events.users import PreferencesBody
from recommender.interactions import Interaction, Kind
from recommender.pages.exposure import SOURCE as NEW
from recommender.pages.impressions import Impression
from recommender.tastes.preferences import Preferences
from recommender.tastes.taste import SpaceTaste, Taste
from recommender.trust.audit import Entry
from recommender.trust.export import PAGE, Exported

# Sources that try something on a listener: what they may like beyond their taste, and what nobody knows yet.
_TRIALS = frozenset({"explore", NEW})


class ExportQuery(Incoming):
    """Where an export goes on, and how much of it to bring at once."""

    cursor: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    size: Annotated[int, Field(strict=False, ge=100, le=1_000_000)] = PAGE


class PartAnswer(Outgoing):
    """A part of the export: what it is, how much there is of it in all, what its fields mean, and how long it is kept."""

    part: str
    what: str
    count: int
    fields: dict[str, str]
    retention: str


class HeldInteraction(Outgoing):
    """An interaction as it is kept."""

    interaction_id: str
    track_id: str
    kind: Kind
    at: Utc
    heard_ms: int | None
    share: float | None
    context: str | None
    private: bool
    recommendation_id: str | None
    until: Utc | None


class HeldPreferences(PreferencesBody):
    """Preferences as they are kept."""

    reset_at: Utc | None
    consent_changes: int


class HeldMode(Outgoing):
    """A direction of a taste."""

    weight: float
    exemplars: list[str]
    since: Utc | None
    vector: list[float]


class HeldSpace(Outgoing):
    """A taste in one space, in one version of it."""

    version: str
    modes: list[HeldMode]
    distastes: list[HeldMode]


class HeldTaste(Outgoing):
    """A taste as it is kept."""

    updated_at: Utc
    interactions: int
    spaces: dict[str, HeldSpace]
    session: dict[str, HeldSpace]
    session_at: Utc | None
    heard: dict[str, Utc]
    banned: dict[str, Utc | None]
    artists: dict[str, float]
    genres: dict[str, float]
    made_for_collab: str | None


class HeldImpression(Outgoing):
    """A page that was shown."""

    recommendation_id: str
    at: Utc
    track_ids: list[str]
    sources: list[str]
    segments: list[str]
    cold: bool
    collab_version: str | None
    previous: str | None


class HeldTrial(Outgoing):
    """A place of a page that tried something: a track beyond the taste, a new one, or a part of the catalogue on somebody unknown."""

    recommendation_id: str
    at: Utc
    place: int
    track_id: str
    source: str
    segment: str | None


class HeldEntry(Outgoing):
    """An entry of the audit log that is about the user."""

    number: int
    at: Utc
    actor: str
    action: str
    outcome: str


class HeldErasure(Outgoing):
    """An erasure that was asked for before."""

    asked_at: Utc


class ExportAnswer(Outgoing):
    """Everything that is held of a user, or a page of it: ask again with ``cursor`` = ``next`` until there is none.

    The index, the consent, the preferences and the taste come with the first page alone.
    """

    user_id: str
    exported_at: Utc
    index: list[PartAnswer]
    consent: str | None
    preferences: HeldPreferences | None
    taste: HeldTaste | None
    erasures: list[HeldErasure]
    interactions: list[HeldInteraction]
    impressions: list[HeldImpression]
    experiments: list[HeldTrial]
    audit: list[HeldEntry]
    next: str | None


def export_answer(user_id: str, page: Exported, *, now: Utc) -> ExportAnswer:
    """Return a page of an export as the API shows it; the pseudonym is nobody's business."""
    return ExportAnswer(
        user_id=user_id,
        exported_at=now,
        index=[PartAnswer.model_validate(part, from_attributes=True) for part in page.index],
        consent=page.consent,
        preferences=_preferences(page.preferences) if page.preferences else None,
        taste=_taste(page.taste) if page.taste else None,
        erasures=[HeldErasure(asked_at=moment) for moment in page.erasures],
        interactions=[_interaction(act) for act in page.interactions],
        impressions=[_impression(shown) for shown in page.impressions],
        experiments=[trial for shown in page.impressions for trial in trials(shown)],
        audit=[_entry(entry) for entry in page.audit],
        next=page.next,
    )


def trials(shown: Impression) -> list[HeldTrial]:
    """Return the places of a page that tried something."""
    found = []
    for place, (track_id, source) in enumerate(zip(shown.track_ids, shown.sources, strict=True), start=1):
        segment = shown.segments[place - 1] if shown.segments else None
        if source in _TRIALS or segment is not None:
            found.append(
                HeldTrial(
                    recommendation_id=shown.recommendation_id, at=shown.at, place=place, track_id=track_id, source=source, segment=segment
                )
            )
    return found


def _interaction(act: Interaction) -> HeldInteraction:
    return HeldInteraction(
        interaction_id=act.interaction_id,
        track_id=act.track_id,
        kind=act.kind,
        at=act.at,
        heard_ms=act.heard_ms,
        share=act.share,
        context=act.context,
        private=act.private,
        recommendation_id=act.recommendation_id,
        until=act.until,
    )


def _preferences(asked: Preferences) -> HeldPreferences:
    told = PreferencesBody.of_domain(asked)
    return HeldPreferences(**dict(told), reset_at=asked.reset_at, consent_changes=asked.consent_changes)


def _taste(taste: Taste) -> HeldTaste:
    return HeldTaste(
        updated_at=taste.updated_at,
        interactions=taste.plays,
        spaces={name: _space(held) for name, held in taste.spaces.items()},
        session={name: _space(held) for name, held in taste.session.items()},
        session_at=taste.session_at,
        heard=dict(taste.heard),
        banned=dict(taste.banned),
        artists=dict(taste.artists),
        genres=dict(taste.genres),
        made_for_collab=taste.made_for_collab,
    )


def _space(held: SpaceTaste) -> HeldSpace:
    modes, distastes = (
        [
            HeldMode(weight=mode.weight, exemplars=list(mode.exemplars), since=mode.since, vector=[float(x) for x in mode.vector])
            for mode in part
        ]
        for part in (held.modes, held.distastes)
    )
    return HeldSpace(version=held.version, modes=modes, distastes=distastes)


def _impression(shown: Impression) -> HeldImpression:
    return HeldImpression(
        recommendation_id=shown.recommendation_id,
        at=shown.at,
        track_ids=list(shown.track_ids),
        sources=list(shown.sources),
        segments=list(shown.segments),
        cold=shown.cold,
        collab_version=shown.collab_version,
        previous=shown.previous,
    )


def _entry(entry: Entry) -> HeldEntry:
    act = entry.act
    return HeldEntry(number=entry.number, at=act.at, actor=act.actor, action=act.action, outcome=act.outcome)
