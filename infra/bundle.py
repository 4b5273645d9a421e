"""Put together what a zip function is made of: the packages and what they need, for the machine that Lambda runs it on.

Run as ``python -m infra.bundle TARGET``; it needs nothing but pip.
"""

import argparse
import compileall
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGES: Final = ("embeddings", "recommender", "events", "infra", "functions")
# Parts of the packages that only one machine's host, the demo and the images need.
LEFT_OUT: Final = ("infra/local", "infra/demo", "infra/images", "infra/bundle.py", "events/samples")
KINDS: Final = (".py", ".npz", ".json", ".html")
REQUIREMENTS: Final = "requirements/light.txt"
# What Amazon Linux 2023 (glibc 2.34) runs; pip does not know that one tag takes in another.
_PLATFORMS: Final = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_26", "manylinux_2_24", "manylinux_2_17", "manylinux2014")
# Parts of packages from elsewhere that no function runs.
_UNUSED: Final = ("**/__pycache__", "*/tests", "numpy/**/tests", "numpy/f2py", "bin")


def files_of_ours() -> Iterator[Path]:
    """Yield the files of the packages that belong into a bundle, relative to the repository."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            found = path.relative_to(ROOT)
            left_out = any(found.as_posix() == part or found.as_posix().startswith(f"{part}/") for part in LEFT_OUT)
            if path.is_file() and path.suffix in KINDS and not left_out:
                yield found


def build(target: Path, *, python: str, machine: str | None) -> None:
    """Fill an empty or missing folder.

    Parameters
    ----------
    python
        Version of the interpreter that will run it, as ``3.12``.
    machine
        Processor of the machine that will run it, as wheels name it; ``None`` for this machine and interpreter.
    """
    if target.exists():
        shutil.rmtree(target)
    for found in files_of_ours():
        (target / found).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / found, target / found)
    platforms = [part for tag in _PLATFORMS for part in ("--platform", f"{tag}_{machine}")]
    wanted = [*platforms, "--python-version", python, "--implementation", "cp"] if machine else []
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-compile", "--no-warn-conflicts"]
    command += ["--root-user-action=ignore", "--require-hashes", "--only-binary=:all:", *wanted, "--target", str(target)]
    command += ["-r", str(ROOT / REQUIREMENTS)]
    subprocess.run(command, check=True)  # noqa: S603 - this interpreter's pip, with arguments from this file and the command line
    for pattern in _UNUSED:
        for path in list(target.glob(pattern)):
            if path.is_dir() and path.relative_to(target).parts[0] not in PACKAGES:
                shutil.rmtree(path)
    if machine is None or python == f"{sys.version_info.major}.{sys.version_info.minor}":
        # a function's folder is read-only: what is not compiled here is compiled at every start
        compileall.compile_dir(target, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def size_of(target: Path) -> int:
    """Return how many bytes a folder holds."""
    return sum(path.stat().st_size for path in target.rglob("*") if path.is_file())


def main() -> None:
    """Build one bundle and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--python", default="3.12")
    parser.add_argument("--architecture", choices=["arm64", "x86_64", "host"], default="arm64")
    asked = parser.parse_args()
    machines = {"arm64": "aarch64", "x86_64": "x86_64", "host": None}
    build(asked.target, python=asked.python, machine=machines[asked.architecture])
    sys.stdout.write(f"{asked.target}: {size_of(asked.target) / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main()
