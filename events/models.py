"""What is asked and answered of model versions and of health."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from events.fields import Incoming, Outgoing, Utc
from recommender.manifest import Manifest

_DIGITS: Final = 6


class ModelAnswer(Outgoing):
    """One model version with its metrics.

    Attributes
    ----------
    former
        Whether a rollback would serve it.
    privacy
        What a private training promises: ``epsilon``, ``delta``, ``noise_multiplier``, the clips, and ``epsilon_of_all`` private trainings
        so far; null where nothing is promised.
    """

    version: str
    trained_at: Utc
    serving: bool
    former: bool
    published: bool
    users: int
    tracks: int
    interactions: int
    window_from: Utc | None
    window_to: Utc | None
    parameters: dict[str, float]
    code_version: str
    compared_with: str | None
    metrics: dict[str, float]
    refusal: str | None = None
    privacy: dict[str, float] | None = None


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
    users: int = 0
    tracks: int = 0
    interactions: int = 0
    window_from: Utc | None = None
    window_to: Utc | None = None
    compared_with: str | None = None
    privacy: dict[str, float] | None = None


class ProgressAnswer(Outgoing):
    """How far the training that runs has come: its step, the step's place from 0 and how many there are."""

    running: bool
    step: str | None = None
    done: int = 0
    total: int = 0
    detail: str = ""


class ReportQuery(Incoming):
    """How a report is wanted: the page itself, or the page in a JSON document."""

    form: Literal["html", "json"] = "html"


class ReportAnswer(Outgoing):
    """The report of a model version as an HTML page."""

    version: str
    html: str


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


def model_answer(manifest: Manifest, *, serving: str | None, former: str | None) -> ModelAnswer:
    """Return a version as the API shows it."""
    return ModelAnswer(
        version=manifest.version,
        trained_at=manifest.trained_at,
        serving=manifest.version == serving,
        former=manifest.version == former,
        published=manifest.published,
        users=manifest.users,
        tracks=manifest.tracks,
        interactions=manifest.interactions,
        window_from=manifest.window_from,
        window_to=manifest.window_to,
        parameters=dict(manifest.parameters),
        code_version=manifest.code_version,
        compared_with=manifest.compared_with,
        metrics=_rounded(manifest),
        refusal=manifest.refusal,
        privacy=_promised(manifest),
    )


def training_answer(manifest: Manifest) -> TrainingAnswer:
    """Return what a training came to."""
    return TrainingAnswer(
        version=manifest.version,
        published=manifest.published,
        refusal=manifest.refusal,
        metrics=_rounded(manifest),
        users=manifest.users,
        tracks=manifest.tracks,
        interactions=manifest.interactions,
        window_from=manifest.window_from,
        window_to=manifest.window_to,
        compared_with=manifest.compared_with,
        privacy=_promised(manifest),
    )


def _promised(manifest: Manifest) -> dict[str, float] | None:
    return None if manifest.privacy is None else dict(manifest.privacy)


def _rounded(manifest: Manifest) -> dict[str, float]:
    return {name: round(value, _DIGITS) for name, value in manifest.metrics.items()}
