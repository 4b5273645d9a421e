"""Who may invoke a function of this host by name: on AWS this call is signed, here it takes an administrator's key."""

from collections.abc import Mapping
from datetime import UTC, datetime

from infra import wiring
from infra.foundations import NOBODY
from infra.local.gateway_event import HttpRequest
from recommender.errors import SegueError, Unknown
from recommender.trust.access import require
from recommender.trust.credentials import Scope

ACTION = "function.invoke"


def admit(request: HttpRequest) -> None:
    """Let an administrator through, and everybody where no key is required; write either into the audit log.

    Raises
    ------
    Unknown, Forbidden
        Otherwise.
    """
    app, function = wiring.app(), f"function:{request.raw_path.split('/')[-2]}"
    credential = _credential(dict(request.headers))
    if credential is None and app.settings.api_keys == "open":
        app.note(ACTION, subject=function, actor="anybody")
        return
    actor = NOBODY
    try:
        if credential is None:
            raise Unknown("functions are invoked by an administrator's key: send it as Authorization: Bearer KEY")
        caller = app.access.caller(credential, now=datetime.now(UTC))
        actor = caller.actor
        require(caller, Scope.ADMIN)
    except SegueError as error:
        app.note_refusal(ACTION, subject=function, actor=actor, outcome=error.code)
        raise
    app.note(ACTION, subject=function, actor=actor)


def _credential(headers: Mapping[str, str]) -> str | None:
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    return (bearer.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "").strip()) or None
