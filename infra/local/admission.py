"""Who may invoke a function of this host by name: on AWS this call is signed, here it takes an administrator's key."""

from datetime import UTC, datetime

from infra import wiring
from infra.local.gateway_event import HttpRequest
from recommender.errors import Unknown
from recommender.trust.access import require
from recommender.trust.credentials import Scope


def admit(request: HttpRequest) -> None:
    """Let an administrator through, and everybody where no key is required.

    Raises
    ------
    Unknown, Forbidden
        Otherwise.
    """
    kind, _, credential = dict(request.headers).get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not credential:
        if wiring.app().settings.api_keys == "open":
            return
        raise Unknown("functions are invoked by an administrator's key: send it as Authorization: Bearer KEY")
    require(wiring.app().access.caller(credential.strip(), now=datetime.now(UTC)), Scope.ADMIN)
