"""What is left of a message when one user is taken out of it."""

from pydantic import ValidationError

from events.listening import InteractionsMessage


def without_user(body: str, user: str) -> str | None:
    """Return a message's body without a user's interactions; ``None`` if nothing is left, or if it cannot be read."""
    try:
        rest = InteractionsMessage.model_validate_json(body).without(user)
    except ValidationError:
        return None
    return None if rest is None else rest.model_dump_json()
