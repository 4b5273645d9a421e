"""Write the lock files beside this one: each version that an installation takes, with the hashes of all its files.

Run as ``make lock``. What is locked stays locked as long as its input allows; ``make lock UPGRADE=1`` takes what is newest.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
# The widest is locked first and holds the others to its versions, so that a machine and an image run the same.
LOCKED_WITH_DEV: Final = ("light", "search", "training", "ingest", "embedded", "torch-cpu", "torch-gpu")
# Installed by themselves, into environments or beside packages that need not agree with them.
LOCKED_ALONE: Final = ("sam", "supply", "weights")
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
MACHINES: Final = ("x86_64", "aarch64")
_TORCH: Final = re.compile(r"^torch==(?P<version>[^ \\+]+)(?P<build>\+cpu)?[^\\]*\\\n(?P<hashes>(?:    --hash=.*\n)+)", re.MULTILINE)


def lock(name: str, *options: str) -> None:
    """Resolve one input for every machine and every Python from 3.11 on, and write its lock file."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "compile", f"{name}.in", "--output-file", f"{name}.txt", "--quiet", *options]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--system-certs", "--custom-compile-command", "make lock"]
    subprocess.run(command, check=True, cwd=HERE)  # noqa: S603 - the lock's own environment, with arguments from this file


def cpu_builds(version: str) -> Iterator[str]:
    """Yield the hashes of torch's builds for the processor alone that pip finds from here, wherever it is configured to look."""
    for python in PYTHONS:
        for machine in MACHINES:
            command = [
                sys.executable,
                "-m",
                "pip",
                "--disable-pip-version-check",
                "install",
                f"torch=={version}+cpu",
                "--no-deps",
                "--quiet",
            ]
            command += ["--dry-run", "--ignore-installed", "--target", "unused", "--report", "-", "--only-binary=:all:"]
            command += ["--python-version", python, "--platform", f"manylinux_2_28_{machine}"]
            found = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - this interpreter's pip
            if found.returncode == 0:
                yield from (each["download_info"]["archive_info"]["hashes"]["sha256"] for each in json.loads(found.stdout)["install"])


def known_builds(text: str, version: str) -> set[str]:
    """Return the hashes of such builds that a lock file lists already."""
    listed = (entry["hashes"] for entry in _TORCH.finditer(text) if entry["build"] and entry["version"] == version)
    return set(re.findall(r"sha256:([0-9a-f]{64})", "".join(listed)))


def with_cpu_builds(text: str, hashes: Iterable[str]) -> str:
    """Return a lock file in which torch is a build for the processor alone on Linux, and the index's own build elsewhere."""

    def both(entry: re.Match[str]) -> str:
        cpu = " \\\n".join(f"    --hash=sha256:{each}" for each in sorted(hashes))
        linux = f"torch=={entry['version']}+cpu ; sys_platform == 'linux' \\\n{cpu}\n"
        return f"{linux}torch=={entry['version']} ; sys_platform != 'linux' \\\n{entry['hashes']}"

    return _TORCH.sub(both, text)


def main() -> None:
    """Write every lock file."""
    upgrade = sys.argv[1:]
    torch = HERE / "torch-cpu.txt"
    before = torch.read_text(encoding="utf-8") if torch.exists() else ""
    cpu = ("--config-file", "cpu.toml")
    lock("dev", *upgrade, *cpu, "--no-emit-package", "torch")
    for name in LOCKED_WITH_DEV:
        lock(name, *upgrade, "--constraint", "dev.txt", *(("--no-config",) if name == "torch-gpu" else cpu))
    for name in LOCKED_ALONE:
        lock(name, *upgrade, "--no-config", *(("--no-deps",) if name == "weights" else ()))
    fresh = torch.read_text(encoding="utf-8")
    versions = {entry["version"] for entry in _TORCH.finditer(fresh)}
    hashes = {each for version in versions for each in (*cpu_builds(version), *known_builds(before, version))}
    torch.write_text(with_cpu_builds(fresh, hashes), encoding="utf-8")


if __name__ == "__main__":
    main()
