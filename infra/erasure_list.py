"""The list of erasures as a file of lines that lives apart from what is backed up: one-way hashes and moments, and nobody's name."""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from recommender.errors import InvalidInput, Unavailable
from recommender.ports.erasures import Erasure


class ErasureList:
    """Add erasures to a file, and read what it lists; the last line of a subject with the highest number counts."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, *erasures: Erasure) -> None:
        """Write lines at the end; durable on return."""
        lines = "".join(f"{_line(one)}\n" for one in erasures)
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                # A line that was cut short, with the power perhaps, does not spoil the next one.
                file.write(f"\n{lines}")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Unavailable(f"{self.path} cannot be written: {error.strerror}") from error

    def read(self) -> list[Erasure]:
        """Return what is listed, in the order of subjects; nothing where there is no file.

        Raises
        ------
        InvalidInput
            Naming the first line that is none.
        """
        if not self.path.exists():
            return []
        found: dict[str, Erasure] = {}
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.endswith("}"):  # empty, or cut short before its erasure was answered
                continue
            erasure = self._read(line, number)
            former = found.get(erasure.subject)
            if former is None or erasure.number >= former.number:
                found[erasure.subject] = erasure
        return [found[subject] for subject in sorted(found)]

    def _read(self, line: str, number: int) -> Erasure:
        try:
            told = json.loads(line)
            erasure = Erasure(subject=told["subject"], number=int(told["number"]), asked_at=datetime.fromisoformat(told["asked_at"]))
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(f"line {number} of {self.path} is no erasure", code="bad_erasure_list") from error
        if not isinstance(erasure.subject, str) or erasure.asked_at.tzinfo is None or erasure.number < 1:
            raise InvalidInput(f"line {number} of {self.path} is no erasure", code="bad_erasure_list")
        return erasure


def write_list(path: Path, erasures: Iterable[Erasure]) -> int:
    """Write a list of its own, over a former file, and return how many erasures it has."""
    lines = [_line(one) for one in erasures]
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        fresh.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
        fresh.replace(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error
    return len(lines)


def _line(erasure: Erasure) -> str:
    told: dict[str, Any] = {"subject": erasure.subject, "number": erasure.number, "asked_at": erasure.asked_at.isoformat()}
    return json.dumps(told, separators=(",", ":"))
