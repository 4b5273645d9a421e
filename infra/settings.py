"""All configuration, read once from the environment into one frozen, validated model."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from recommender.errors import InvalidInput

IndexUrl = Annotated[str, StringConstraints(pattern=r"^(edge:.+|https?://.+)$")]
StateUrl = Annotated[str, StringConstraints(pattern=r"^(sqlite:.+|dynamodb:.+)$")]
ObjectsUrl = Annotated[str, StringConstraints(pattern=r"^(file:.+|s3://.+)$")]
QueuesUrl = Annotated[str, StringConstraints(pattern=r"^(sqlite:.+|sqs)$")]


class Settings(BaseModel):
    """Which adapters serve, where they keep what they keep, and how hard they may work.

    Attributes
    ----------
    home
        Folder of the embedded stack (``SEGUE_HOME``).
    hearing_workers
        Worker processes that hear audio; 0 hears in the function's own process (``HEARING_WORKERS``).
    user_key
        Key of the pseudonyms; the embedded stack makes one on first use and keeps it in the home (``USER_KEY``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    vector_index_url: IndexUrl
    vector_index_key: str | None = None
    state_url: StateUrl
    objects_url: ObjectsUrl
    queues_url: QueuesUrl
    user_key: str | None = None
    text_encoder: Literal["onnx", "sentence-transformers"] = "onnx"
    hearing_workers: int = Field(default=0, ge=0, le=256)
    hearing_timeout_s: float = Field(default=120.0, gt=0)
    audio_statistics: Path | None = None
    keep_audio: bool = False

    @property
    def base_url(self) -> str:
        """Where clients reach the local host."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

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
            raise InvalidInput(f"{name}={first['input']!r}: {first['msg']}", code="invalid_setting", field=name) from error
