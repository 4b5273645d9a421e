"""What a schedule, or somebody at a command line, hands to a function that needs nothing but a start."""

from pydantic import BaseModel, ConfigDict, Field

from embeddings.collaborative.budget import MOST_EPSILON
from events.fields import Utc


class Start(BaseModel):
    """A start: EventBridge's scheduled event, or any event without content; what else it holds is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    source: str = "unknown"
    time: Utc | None = None


class TrainingStart(Start):
    """A start of a training, and how private it is to be where that is not what all trainings are.

    Attributes
    ----------
    epsilon
        Of the guarantee at user level.
    delta
        The usual one for so many listeners when left out.
    """

    epsilon: float | None = Field(default=None, gt=0, le=MOST_EPSILON)
    delta: float | None = Field(default=None, gt=0, lt=1)
