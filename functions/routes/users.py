"""Routes of what is known of a user: taste, preferences, export, erasure."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from events.fields import Id
from events.held import ExportAnswer, ExportQuery, export_answer
from events.receipts import ErasureAnswer, ErasureQuery, ReceiptAnswer
from events.users import BannedTrack, ExemplarAnswer, ModeAnswer, PreferencesBody, ShareAnswer, TasteAnswer
from infra.wiring import app
from recommender.tastes.profile import ModeProfile

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped
UserId = Annotated[Id, Path()]


@router.get("/users/<user_id>/taste")
def show_taste(user_id: UserId) -> TasteAnswer:
    """Show a user's taste in words."""
    return _shown(app().pseudonyms.of(user_id))


@router.post("/users/<user_id>/taste/reset")
def reset_taste(user_id: UserId) -> TasteAnswer:
    """Let a user's taste begin anew from now; what was played stays in the log, and bans hold."""
    user = app().pseudonyms.of(user_id)
    with app().lives.lasting(user, undo=app().holdings.erase):
        app().choices.reset(user, now=datetime.now(UTC))
    return _shown(user)


@router.get("/users/<user_id>/preferences")
def show_preferences(user_id: UserId) -> PreferencesBody:
    """Show what a user asked for."""
    return PreferencesBody.of_domain(app().choices.of(app().pseudonyms.of(user_id)))


@router.put("/users/<user_id>/preferences")
def set_preferences(user_id: UserId, said: PreferencesBody) -> PreferencesBody:
    """Take what a user asks for; it shows in the next answer, which names tracks by the id that they have by now."""
    user = app().pseudonyms.of(user_id)
    with app().lives.lasting(user, undo=app().holdings.erase):
        kept = app().choices.put(said.to_domain(user), now=datetime.now(UTC))
    return PreferencesBody.of_domain(kept)


@router.get("/users/<user_id>/export")
def export_user(user_id: UserId, asked: Annotated[ExportQuery, Query()]) -> ExportAnswer:
    """Give out everything that is held of a user, page by page."""
    page = app().export.page(app().pseudonyms.of(user_id), cursor=asked.cursor, size=asked.size)
    return export_answer(user_id, page, now=datetime.now(UTC))


@router.delete("/users/<user_id>", status_code=HTTPStatus.ACCEPTED)
def erase_user(user_id: UserId, asked: Annotated[ErasureQuery, Query()]) -> tuple[ErasureAnswer, int]:
    """Begin to erase a user everywhere; the receipt tells when it is done."""
    receipt_id = uuid.uuid4().hex
    app().erasing.ask(app().pseudonyms.of(user_id), receipt_id=receipt_id, now=datetime.now(UTC), retrain=asked.retrain)
    return ErasureAnswer(receipt_id=receipt_id, status="under_way"), HTTPStatus.ACCEPTED


@router.get("/receipts/<receipt_id>")
def show_receipt(receipt_id: Annotated[Id, Path()]) -> ReceiptAnswer:
    """Show the receipt of an erasure that is done."""
    return ReceiptAnswer.of_domain(app().erasing.receipt(receipt_id))


def _shown(user: str) -> TasteAnswer:
    profile = app().profiles.of(user, now=datetime.now(UTC))
    asked = PreferencesBody.of_domain(profile.preferences)
    return TasteAnswer(
        plays=profile.plays,
        updated_at=profile.updated_at,
        modes=[_mode(mode) for mode in profile.modes],
        dislikes=[_mode(mode) for mode in profile.dislikes],
        session=[_mode(mode) for mode in profile.session],
        session_at=profile.session_at,
        top_artists=_shares(profile.artists),
        top_genres=_shares(profile.genres),
        banned_tracks=[BannedTrack(track_id=track_id, until=until) for track_id, until in profile.banned.items()],
        excluded_tracks=asked.exclude_tracks,
        excluded_artists=asked.exclude_artists,
        excluded_contexts=asked.exclude_contexts,
        hidden_tracks=asked.hide_tracks,
        hidden_artists=asked.hide_artists,
        reset_at=profile.preferences.reset_at,
    )


def _mode(mode: ModeProfile) -> ModeAnswer:
    exemplars = [
        ExemplarAnswer(track_id=track.track_id, title=track.metadata.title, artists=list(track.metadata.artists))
        for track in mode.exemplars
    ]
    return ModeAnswer(
        space=mode.space,
        weight=round(mode.weight, 4),
        exemplars=exemplars,
        genres=list(mode.genres),
        attributes=list(mode.attributes),
        since=mode.since,
        text=mode.text,
    )


def _shares(shares: Mapping[str, float]) -> list[ShareAnswer]:
    return [ShareAnswer(name=name, share=round(share, 4)) for name, share in list(shares.items())[:10]]
