"""Music is found in folders, and what is named itself is taken whatever its name."""

from pathlib import Path

from infra.local.walk import find


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_is_walked_in_order_without_hidden_and_other_files(tmp_path: Path) -> None:
    touch(tmp_path, "Music/b/2.FLAC", "Music/b/1.ogg", "Music/a.mp3", "Music/cover.jpg", "Music/.hidden.wav", "Music/.trash/x.wav")

    found = find([tmp_path / "Music"])

    assert [file.shown for file in found.audio] == ["Music/a.mp3", "Music/b/1.ogg", "Music/b/2.FLAC"]


def test_a_file_that_is_named_is_taken_whatever_its_ending_with_its_last_folders(tmp_path: Path) -> None:
    touch(tmp_path, "Artist/Album/tune.xyz")

    found = find([tmp_path / "Artist/Album/tune.xyz"])

    assert [file.shown for file in found.audio] == ["Artist/Album/tune.xyz"]


def test_catalogues_and_missing_paths_are_told_apart(tmp_path: Path) -> None:
    touch(tmp_path, "tracks.csv", "more.JSONL")

    found = find([tmp_path / "tracks.csv", tmp_path / "more.JSONL", tmp_path / "nowhere"])

    assert (found.audio, found.catalogues, found.missing) == (
        (),
        (tmp_path / "tracks.csv", tmp_path / "more.JSONL"),
        (tmp_path / "nowhere",),
    )


def test_a_file_that_is_found_twice_is_heard_once(tmp_path: Path) -> None:
    touch(tmp_path, "Music/a.mp3")

    found = find([tmp_path / "Music", tmp_path / "Music/a.mp3", tmp_path])

    assert len(found.audio) == 1


def test_links_that_lead_out_of_the_folder_are_left_alone_and_told(tmp_path: Path) -> None:
    touch(tmp_path, "Music/a.mp3", "Private/b.mp3")
    (tmp_path / "Music/within.mp3").symlink_to("a.mp3")
    (tmp_path / "Music/out.mp3").symlink_to(tmp_path / "Private/b.mp3")
    (tmp_path / "Music/folder").symlink_to(tmp_path / "Private")
    (tmp_path / "Music/circle.mp3").symlink_to("circle.mp3")

    found = find([tmp_path / "Music"])

    assert [file.shown for file in found.audio] == ["Music/a.mp3", "Music/circle.mp3", "Music/within.mp3"]
    assert [path.name for path in found.outside] == ["out.mp3"]
