"""What is said and answered of user tokens over HTTP."""

from typing import Annotated

from pydantic import Field

from events.fields import WHOLE, Id, Incoming, Outgoing, Utc


class TokenRequest(Incoming):
    """Ask for a token that reaches one user's calls for up to an hour."""

    user_id: Id
    ttl_s: Annotated[int, Field(ge=1, le=3600), WHOLE] = 900


class TokenAnswer(Outgoing):
    """A token: send it as ``Authorization: Bearer TOKEN``."""

    token: str
    expires_at: Utc
