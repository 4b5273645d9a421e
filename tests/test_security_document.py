"""What docs/security.md names exists: a threat model must not lean on tests that were renamed or never written."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w./]+)(?:::(\w+))?`", DOCUMENT)))
CODE = sorted(set(re.findall(r"`((?:recommender|functions|infra|events|docs)/[\w./-]+\.(?:py|md))`", DOCUMENT)))


def test_every_test_that_the_threat_model_names_is_there() -> None:
    missing = [f"{path}::{name}" for path, name in NAMED if not _has(ROOT / path, name)]

    assert len(NAMED) > 30
    assert missing == []


def test_every_file_that_the_threat_model_names_is_there() -> None:
    assert CODE
    assert [path for path in CODE if not (ROOT / path).is_file()] == []


def _has(path: Path, name: str) -> bool:
    if path.is_dir() or not name:
        return path.exists()
    return path.is_file() and f"def {name}(" in path.read_text(encoding="utf-8")
