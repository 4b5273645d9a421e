"""A disk without room is named before anything is written to it."""

import shutil
from pathlib import Path

import pytest

from infra.disk_room import require_room, unwritten_bytes
from recommender.errors import Unavailable

MORE_THAN_THERE_IS = 2**62


def test_a_disk_with_room_for_what_is_needed_alone_is_no_hindrance(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free

    require_room(tmp_path, bytes_needed=free // 2)

    with pytest.raises(Unavailable):
        require_room(tmp_path, bytes_needed=free * 2)


def test_a_disk_without_room_is_named_with_its_figures(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="MB are free and 4,398,046,511,104 are needed") as refused:
        require_room(tmp_path, bytes_needed=MORE_THAN_THERE_IS)

    assert str(tmp_path) in refused.value.message
    assert refused.value.code == "disk_full"


def test_files_without_holes_take_no_more_than_they_have(tmp_path: Path) -> None:
    (tmp_path / "whole").write_bytes(b"x" * 10_000)

    assert unwritten_bytes(tmp_path) == 0
