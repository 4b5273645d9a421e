"""What a schedule, or somebody at a command line, hands to a function that needs nothing but a start."""

from pydantic import BaseModel, ConfigDict

from events.fields import Utc


class Start(BaseModel):
    """A start: EventBridge's scheduled event, or any event without content; what else it holds is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    source: str = "unknown"
    time: Utc | None = None
