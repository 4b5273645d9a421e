"""All configuration, read once from the environment into one frozen, validated model."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from embeddings.collaborative.budget import MOST_EPSILON
from recommender.crowds import FEWEST_LISTENERS
from recommender.errors import InvalidInput
from recommender.ports.queues import Queue

IndexUrl = Annotated[str, StringConstraints(pattern=r"^(edge:.+|https?://.+)$")]
StateUrl = Annotated[str, StringConstraints(pattern=r"^(sqlite:.+|dynamodb:.+)$")]
ObjectsUrl = Annotated[str, StringConstraints(pattern=r"^(file:.+|s3://.+)$")]
QueuesUrl = Annotated[str, StringConstraints(pattern=r"^(sqlite:.+|sqs)$")]
Arn = Annotated[str, StringConstraints(pattern=r"^arn:.+$")]
MetricsUrl = Annotated[str, StringConstraints(pattern=r"^(prometheus|emf:.+)$")]


class Settings(BaseModel):
    """Which adapters serve, where they keep what they keep, and how hard they may work.

    Attributes
    ----------
    home
        Folder of the embedded stack (``SEGUE_HOME``).
    hearing_workers
        Worker processes that hear audio; 0 hears in the function's own process (``HEARING_WORKERS``).
    text_cache
        Folder of the language model's network, written on first use; ``text`` in the home when left out (``TEXT_CACHE``).
    text_model, text_model_folder, text_model_revision, text_model_sha256
        Which language model reads, where it lies, which of a hub cache's revisions, and the hash its weights must have
        (``TEXT_MODEL`` and so on); the installed package's without a folder.
    model_versions_kept
        Model versions that stay beside the one that serves and the one before it (``MODEL_VERSIONS_KEPT``).
    tuning_s
        Seconds after which a training tries no further recipe (``TUNING_S``).
    privacy_epsilon, privacy_delta
        Train every model version with differential privacy at user level; without an epsilon none is, without a delta it is the usual
        one for so many listeners (``PRIVACY_EPSILON``, ``PRIVACY_DELTA``).
    fewest_listeners
        Distinct listeners that a track needs before it is shown because others play it (``FEWEST_LISTENERS``).
    api_keys
        Whether calls need a key: ``required`` leaves only health and the API's description without one, ``open`` lets everybody in who
        reaches the port (``API_KEYS``).
    user_key
        Key of the pseudonyms; the embedded stack makes one on first use and keeps it in the home (``USER_KEY``).
    user_key_arn, vector_index_key_arn
        Secrets that hold these keys, where they are not given themselves (``USER_KEY_ARN``, ``VECTOR_INDEX_KEY_ARN``).
    uploads_queue_url, metadata_queue_url, interactions_queue_url, erasures_queue_url
        The queues on SQS (``UPLOADS_QUEUE_URL`` and so on); their dead letters likewise (``UPLOADS_DEAD_LETTERS_URL``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    vector_index_url: IndexUrl
    vector_index_key: str | None = None
    vector_index_key_arn: Arn | None = None
    state_url: StateUrl
    objects_url: ObjectsUrl
    queues_url: QueuesUrl
    metrics_url: MetricsUrl = "prometheus"
    api_keys: Literal["open", "required"] = "required"
    user_key: str | None = None
    user_key_arn: Arn | None = None
    uploads_queue_url: str | None = None
    metadata_queue_url: str | None = None
    interactions_queue_url: str | None = None
    erasures_queue_url: str | None = None
    uploads_dead_letters_url: str | None = None
    metadata_dead_letters_url: str | None = None
    interactions_dead_letters_url: str | None = None
    erasures_dead_letters_url: str | None = None
    text_cache: Path | None = None
    text_encoder: Literal["onnx", "sentence-transformers"] = "onnx"
    text_model: str = Field(default="all-MiniLM-L6-v2", min_length=1)
    text_model_folder: Path | None = None
    text_model_revision: str | None = None
    text_model_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    hearing_workers: int = Field(default=0, ge=0, le=256)
    hearing_timeout_s: float = Field(default=120.0, gt=0, le=86_400)
    audio_statistics: Path | None = None
    keep_audio: bool = False
    model_versions_kept: int = Field(default=5, ge=1)
    tuning_s: float = Field(default=240.0, ge=0, le=86_400)
    privacy_epsilon: float | None = Field(default=None, gt=0, le=MOST_EPSILON)
    privacy_delta: float | None = Field(default=None, gt=0, lt=1)
    fewest_listeners: int = Field(default=FEWEST_LISTENERS, ge=2)

    @property
    def base_url(self) -> str:
        """Where clients reach the local host."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def queue_urls(self) -> dict[Queue, str]:
        """The queues on SQS that are known."""
        return self._known("queue")

    @property
    def dead_letter_urls(self) -> dict[Queue, str]:
        """The queues of dead letters on SQS that are known."""
        return self._known("dead_letters")

    def _known(self, kind: str) -> dict[Queue, str]:
        told = {queue: getattr(self, f"{queue.value}_{kind}_url") for queue in Queue}
        return {queue: url for queue, url in told.items() if url}

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment; what is not set falls back to the embedded stack under ``SEGUE_HOME``.

        Raises
        ------
        InvalidInput
            Naming the variable and its value.
        """
        env = os.environ if environment is None else environment
        home = Path(env.get("SEGUE_HOME", ".segue")).absolute()
        given = {
            "vector_index_url": f"edge:{home / 'index'}",
            "state_url": f"sqlite:{home / 'state.db'}",
            "objects_url": f"file:{home / 'objects'}",
            "queues_url": f"sqlite:{home / 'queues.db'}",
            **{name: env[name.upper()] for name in cls.model_fields if env.get(name.upper())},
            "home": home,
            **({"port": env["SEGUE_PORT"]} if env.get("SEGUE_PORT") else {}),
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]).upper()
            name = f"SEGUE_{name}" if name == "PORT" and env.get("SEGUE_PORT") else name
            raise InvalidInput(f"{name}={first['input']!r}: {first['msg']}", code="invalid_setting", field=name) from error
