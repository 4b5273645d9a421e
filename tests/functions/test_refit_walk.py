"""One library from its first upload over a copy in another encoding to a refit, through the handlers."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile

from embeddings.audio import RAW_DIM
from embeddings.audio.corpus import mp3_copy
from functions import fit_audio
from recommender.ports.queues import Queue
from recommender.tracks import Metadata, Track, TrackStatus
from tests.embeddings.audio.test_recordings import RATE, tune
from tests.walks import Context, Walk, embedded, tone


def uploaded(walk: Walk, file: Path) -> str:
    track_id = walk.upload(file, metadata={"title": file.name, "artists": ["Nobody"]})
    assert walk.drain(Queue.UPLOADS) == 0
    return track_id


def copies(folder: Path) -> tuple[Path, Path]:
    """Write a tune as wav and as mp3."""
    wav, mp3 = folder / "tune.wav", folder / "tune.mp3"
    soundfile.write(wav, tune(1), RATE)
    mp3.write_bytes(mp3_copy(tune(1), RATE).getvalue())
    return wav, mp3


def test_of_a_wav_and_its_mp3_one_is_listed_until_it_goes(walk: Walk, tmp_path: Path) -> None:
    wav, mp3 = copies(tmp_path)
    original, copy = uploaded(walk, wav), uploaded(walk, mp3)
    uploaded(walk, tone(tmp_path / "other.wav", hertz=300))

    shown = walk.call("GET", f"/tracks/{copy}")
    page = walk.call("GET", "/users/ada/recommendations")
    searched = walk.call("GET", "/search", query={"q": "tune"})
    similar = walk.call("GET", f"/tracks/{copy}/similar", query={"space": "audio"})
    walk.call("DELETE", f"/tracks/{original}")
    walk.drain(Queue.METADATA)
    after = walk.call("GET", "/search", query={"q": "tune"})

    assert (shown.body["status"], shown.body["duplicate_of"]) == ("ready", original)
    assert sorted(item["track"]["title"] for item in page.body["items"]) == ["other.wav", "tune.wav"]
    assert copy not in {item["track"]["track_id"] for item in searched.body["items"]}
    assert [item["track"]["title"] for item in similar.body["items"]] == ["other.wav"]
    assert after.body["items"][0]["track"]["track_id"] == copy
    assert walk.call("GET", f"/tracks/{copy}").body["duplicate_of"] is None


def test_after_a_refit_pages_go_on_and_later_uploads_are_of_the_new_version(walk: Walk, tmp_path: Path) -> None:
    first = uploaded(walk, copies(tmp_path)[0])
    stock(walk, 60)
    walk.call("POST", "/interactions", body={"interactions": [{"user_id": "ada", "track_id": first, "kind": "like"}]})
    walk.drain(Queue.INTERACTIONS)
    before = walk.call("GET", "/health").body["models"]["audio"]

    answer = fit_audio.handler({"source": "segue.cli"}, Context())

    page = walk.call("GET", "/users/ada/recommendations", query={"limit": "5"})
    late = uploaded(walk, tone(tmp_path / "late.wav", hertz=300))
    similar = walk.call("GET", f"/tracks/{late}/similar", query={"space": "audio", "limit": "61"})
    assert answer["refusal"] is None
    assert walk.call("GET", "/health").body["models"]["audio"] == answer["version"] != before
    assert page.body["models"]["audio"] == answer["version"]
    assert any("audio" in item["parts"] for item in page.body["items"])
    assert {walk.call("GET", f"/tracks/{track_id}").body["versions"]["audio"] for track_id in (first, late)} == {answer["version"]}
    assert len(similar.body["items"]) == 61


def stock(walk: Walk, count: int) -> None:
    """List tracks whose raw values are drawn around those of a heard one, as if they had been heard."""
    app = walk.app
    ((_, recipe, raw),) = app.stores.catalog.raws(after=None, limit=1)
    rng = np.random.default_rng(0)
    heard = np.frombuffer(raw, "<f4") * rng.uniform(0.5, 1.5, size=(count, RAW_DIM)).astype(np.float32)
    serving = app.stores.serving.get()
    tracks = [
        Track(
            track_id=f"stock {number}",
            metadata=Metadata(title=f"Stock {number}", duration_ms=1000 * number),
            added_at=app.stores.catalog.scroll(after=None, limit=1)[0].added_at,
            status=TrackStatus.READY,
            versions={"audio": serving.audio_version or ""},
        )
        for number in range(count)
    ]
    for track, values in zip(tracks, heard, strict=True):
        app.stores.catalog.put_raw(track.track_id, recipe=recipe, raw=values.tobytes())
    app.placing.place(tracks, {})


def test_an_empty_library_has_nothing_to_fit_on_and_can_move_to_the_configured_statistics(walk: Walk) -> None:
    refused = fit_audio.handler({}, Context())
    moved = fit_audio.handler({"configured": True}, Context())

    assert (refused["version"], refused["refusal"]) == (None, "0 tracks with audio are too few to fit on; 50 are needed")
    assert walk.call("GET", "/health").body["models"]["audio"] == moved["version"]


def test_a_file_is_known_in_another_process_after_a_refit(tmp_path: Path) -> None:
    wav, _ = copies(tmp_path)
    sha256 = hashlib.sha256(wav.read_bytes()).hexdigest()
    with embedded(tmp_path / "home") as walk:
        uploaded(walk, wav)
        stock(walk, 60)
        fit_audio.handler({}, Context())
    with embedded(tmp_path / "home") as walk:
        begun = walk.call("POST", "/uploads", body={"filename": "tune.wav", "sha256": sha256})

    assert begun.status == 200
    assert begun.body["url"] is None


@pytest.mark.parametrize("configured", ["perhaps", 7])
def test_a_wish_that_cannot_be_read_is_refused(walk: Walk, configured: object) -> None:
    assert walk.app.stores.serving.get().audio_version is None

    with pytest.raises(ValueError, match="configured"):
        fit_audio.handler({"configured": configured}, Context())
