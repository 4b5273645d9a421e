"""What is asked and answered of model versions and of health."""

from pydantic import BaseModel, ConfigDict

from events.fields import Outgoing, Utc


class ModelAnswer(Outgoing):
    """One model version with its metrics."""

    version: str
    trained_at: Utc
    serving: bool
    published: bool
    metrics: dict[str, float]
    refusal: str | None = None


class ModelsAnswer(Outgoing):
    """All model versions, the newest first."""

    items: list[ModelAnswer]


class ServingAnswer(Outgoing):
    """Which model version is served after a switch."""

    serving: str | None


class TrainingAnswer(Outgoing):
    """What one training came to; ``version`` is null where there was too little to learn from."""

    version: str | None
    published: bool
    refusal: str | None
    metrics: dict[str, float]


class FittingRequest(BaseModel):
    """Ask for another audio version: a refit on the catalogue, or the statistics that the installation is configured with."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    configured: bool = False


class FittingAnswer(Outgoing):
    """Which audio version is served now; ``version`` is null where none was made or served, and ``refusal`` says why."""

    version: str | None
    refusal: str | None = None


class StoreHealth(Outgoing):
    """Whether a store answers, and what it holds."""

    reachable: bool
    counts: dict[str, int]
    error: str | None = None


class HealthAnswer(Outgoing):
    """What is reachable, versions and counts."""

    status: str
    version: str
    stores: dict[str, StoreHealth]
    models: dict[str, str | None]
