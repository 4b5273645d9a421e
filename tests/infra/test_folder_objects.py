"""A folder of objects: whole or not at all, never outside the folder, and uploads by signature."""

import errno
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from infra.folder_objects import FolderObjects
from recommender.errors import Forbidden, InvalidInput, NotFound, Unavailable

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


class BrokenStream(io.BytesIO):
    """Gives some bytes and then breaks off, as a client that goes away."""

    def read(self, size: int | None = -1, /) -> bytes:
        if left := super().read(size):
            return left
        raise ConnectionResetError("the client went away")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def objects(root: Path) -> FolderObjects:
    return FolderObjects(root, base_url="http://127.0.0.1:8000/", secret=b"secret", clock=lambda: NOON)


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def write_half(objects: FolderObjects, key: str) -> None:
    with objects.open_writer(key) as writer:
        writer.write(b"half")
        raise ConnectionResetError("the client went away")


def signed_request(objects: FolderObjects, key: str) -> tuple[str, str, str]:
    """Return the key, the end and the signature as the host reads them from the URL."""
    url = urlsplit(objects.upload_target(key).url)
    query = parse_qs(url.query)
    return unquote(url.path.removeprefix("/objects/")), query["expires"][0], query["signature"][0]


def test_an_object_is_one_file_under_its_key(objects: FolderObjects, root: Path) -> None:
    objects.put("uploads/t1/Ágætis.wav", b"sound")

    assert files(root) == ["uploads/t1/Ágætis.wav"]


def test_a_stream_that_breaks_off_leaves_nothing_and_the_former_object(objects: FolderObjects, root: Path) -> None:
    objects.put("key", b"former")

    with pytest.raises(ConnectionResetError):
        objects.put("key", BrokenStream(b"half of it"))
    with pytest.raises(ConnectionResetError):
        write_half(objects, "new")

    assert files(root) == ["key"]
    assert objects.read("key") == b"former"


def test_an_object_written_in_pieces_is_seen_only_when_whole(objects: FolderObjects) -> None:
    with objects.open_writer("key") as writer:
        writer.write(b"one ")
        assert objects.size("key") is None
        writer.write(b"two")

    assert objects.read("key") == b"one two"


def test_a_link_that_leads_out_of_the_folder_is_refused(objects: FolderObjects, root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "file").write_text("secret")
    (root / "folder").symlink_to(secret)
    (root / "file").symlink_to(secret / "file")
    (root / "circle").symlink_to(root / "circle")

    for key in ("folder/file", "file", "circle/file"):
        with pytest.raises(InvalidInput):
            objects.read(key)
        with pytest.raises(InvalidInput):
            objects.put(key, b"overwritten")
    assert (secret / "file").read_text() == "secret"


@pytest.mark.parametrize("key", ["x" * 256, "ö" * 128, "/".join(["x" * 200] * 6), ".incoming/x", ".incoming"])
def test_a_key_that_no_file_can_have_is_refused(objects: FolderObjects, key: str) -> None:
    with pytest.raises(InvalidInput):
        objects.put(key, b"")


def test_a_key_below_another_object_is_refused(objects: FolderObjects, root: Path) -> None:
    objects.put("a", b"1")
    objects.put("b/c", b"2")

    with pytest.raises(InvalidInput, match="'a/b'"):
        objects.put("a/b", b"")
    with pytest.raises(InvalidInput, match="'b'"):
        objects.put("b", b"")

    assert files(root) == ["a", "b/c"]


def test_a_local_file_is_taken_without_copying_it(objects: FolderObjects, root: Path, tmp_path: Path) -> None:
    (tmp_path / "take.wav").write_bytes(b"sound")

    objects.put_file("uploads/take.wav", tmp_path / "take.wav")
    objects.put_file("uploads/take.wav", tmp_path / "take.wav")

    assert (root / "uploads/take.wav").samefile(tmp_path / "take.wav")
    assert files(root) == ["uploads/take.wav"]


def test_a_local_file_that_cannot_be_linked_is_copied(
    objects: FolderObjects, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another file system")

    (tmp_path / "take.wav").write_bytes(b"sound")
    monkeypatch.setattr(os, "link", refuse)

    objects.put_file("key", tmp_path / "take.wav")

    assert (files(root), objects.read("key")) == (["key"], b"sound")


def test_a_full_disk_is_told_by_name_and_leaves_nothing(objects: FolderObjects, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(Unavailable, match=r"objects/key cannot be written or read now: No space left"):
        objects.put("key", b"content")

    assert files(root) == []


def test_a_local_file_named_by_a_link_is_taken_itself(objects: FolderObjects, tmp_path: Path) -> None:
    (tmp_path / "take.wav").write_bytes(b"sound")
    (tmp_path / "link.wav").symlink_to("take.wav")

    objects.put_file("key", tmp_path / "link.wav")

    assert objects.read("key") == b"sound"


def test_a_local_file_that_is_not_there_is_not_found(objects: FolderObjects, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"missing\.wav"):
        objects.put_file("key", tmp_path / "missing.wav")


def test_a_deleted_object_leaves_no_empty_folders(objects: FolderObjects, root: Path) -> None:
    objects.put("a/b/c", b"")
    objects.put("a/d", b"")

    objects.delete("a/b/c")

    assert not (root / "a/b").exists()
    assert files(root) == ["a/d"]


def test_what_a_killed_process_left_half_written_goes_after_a_day(objects: FolderObjects, root: Path) -> None:
    (root / ".incoming/old").write_bytes(b"half")
    (root / ".incoming/young").write_bytes(b"half")
    os.utime(root / ".incoming/old", (0, 0))

    FolderObjects(root, base_url="http://127.0.0.1:8000", secret=b"secret")

    assert files(root) == [".incoming/young"]
    assert list(objects.keys("")) == []


def test_a_folder_that_cannot_be_made_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Unavailable, match="file/objects"):
        FolderObjects(tmp_path / "file" / "objects", base_url="http://127.0.0.1:8000", secret=b"secret")


def test_an_upload_goes_to_the_local_host_for_an_hour(objects: FolderObjects) -> None:
    key, expires, signature = signed_request(objects, "uploads/t 1/Ä?.wav")

    assert objects.upload_target("uploads/t 1/Ä?.wav").url.startswith("http://127.0.0.1:8000/objects/uploads/t%201/%C3%84%3F.wav?")
    assert key == "uploads/t 1/Ä?.wav"
    objects.verify_upload(key, expires, signature, now=NOON + timedelta(minutes=59))


def test_an_upload_that_was_not_signed_so_is_forbidden(objects: FolderObjects) -> None:
    key, expires, signature = signed_request(objects, "uploads/a.wav")
    late = str(int(expires) + 3600)

    for told in (("uploads/b.wav", expires, signature), (key, late, signature), (key, "never", signature), (key, expires, "ä")):
        with pytest.raises(Forbidden):
            objects.verify_upload(*told, now=NOON)
    with pytest.raises(Forbidden, match="has ended"):
        objects.verify_upload(key, expires, signature, now=NOON + timedelta(minutes=61))


def test_a_signature_of_another_host_is_forbidden(objects: FolderObjects, root: Path) -> None:
    other = FolderObjects(root, base_url="http://127.0.0.1:8000", secret=b"another secret", clock=lambda: NOON)

    with pytest.raises(Forbidden):
        objects.verify_upload(*signed_request(other, "key"), now=NOON)
