"""What every store of objects promises."""

import io
from pathlib import Path

import pytest

from recommender.errors import InvalidInput, NotFound
from recommender.ports.objects import Objects

ODD_KEYS = ["uploads/t 1/Ágætis byrjun (live) 100%.flac", "a", "deep/er/and/deeper", "名/曲?.mp3", "..a/b..c", "uploads/a+b&c=d#e"]
BAD_KEYS = ["", "/etc/passwd", "../out", "a/../../out", "a/..", "..", ".", "a/./b", "a//b", "a/", "a\0b", "a\ud800"]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_object_comes_back_under_any_proper_key(objects: Objects, key: str) -> None:
    objects.put(key, b"\x00content")

    assert objects.read(key) == b"\x00content"
    assert objects.size(key) == 8
    assert list(objects.keys("")) == [key]


def test_an_object_may_be_written_from_a_stream_and_over_another(objects: Objects) -> None:
    objects.put("key", b"first")

    objects.put("key", io.BytesIO(b"second" * 1000))

    assert objects.read("key") == b"second" * 1000


def test_an_object_is_lent_as_a_file(objects: Objects) -> None:
    objects.put("music/take 1.wav", b"sound")

    with objects.as_file("music/take 1.wav") as path:
        assert isinstance(path, Path)
        assert (path.read_bytes(), path.suffix) == (b"sound", ".wav")


def test_what_is_not_there_is_not_found_by_name(objects: Objects) -> None:
    objects.put("folder/key", b"")

    for missing in ("missing", "folder"):
        with pytest.raises(NotFound, match=missing):
            objects.read(missing)
        with pytest.raises(NotFound, match=missing), objects.as_file(missing):
            pass
        assert objects.size(missing) is None


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_would_leave_the_store_is_refused(objects: Objects, key: str) -> None:
    with pytest.raises(InvalidInput):
        objects.put(key, b"")
    with pytest.raises(InvalidInput):
        objects.read(key)
    with pytest.raises(InvalidInput):
        objects.delete(key)
    with pytest.raises(InvalidInput):
        objects.upload_target(key)


def test_keys_are_listed_by_prefix_and_sorted(objects: Objects) -> None:
    for key in ("b/2", "b/10", "a", "b-side", "c/d/e", "c/d1"):
        objects.put(key, b"")

    assert list(objects.keys("")) == ["a", "b-side", "b/10", "b/2", "c/d/e", "c/d1"]
    assert list(objects.keys("b")) == ["b-side", "b/10", "b/2"]
    assert list(objects.keys("b/")) == ["b/10", "b/2"]
    assert list(objects.keys("c/d")) == ["c/d/e", "c/d1"]
    assert list(objects.keys("missing/")) == []


def test_a_deleted_object_is_gone_and_may_be_deleted_again(objects: Objects) -> None:
    objects.put("folder/one", b"1")
    objects.put("folder/two", b"2")

    objects.delete("folder/one")
    objects.delete("folder/one")

    assert list(objects.keys("")) == ["folder/two"]


def test_an_upload_target_says_where_and_how(objects: Objects) -> None:
    target = objects.upload_target("uploads/t 1/Ä.wav", content_type="audio/wav")

    assert target.method == "PUT"
    assert target.url.startswith(("http://", "https://"))
    assert target.headers.get("Content-Type") == "audio/wav"
