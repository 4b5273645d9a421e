"""The command line does what it says, on a real home where no host runs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from infra import wiring
from infra.local.lock import HomeLock
from recommender.ports.index import Point
from recommender.ports.queues import Queue
from recommender.tracks import Metadata, Track, TrackStatus
from tests.infra.local.console import at_home, run
from tests.infra.local.waiting import NOON


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with at_home(tmp_path, monkeypatch) as home:
        yield home


def track(track_id: str) -> Track:
    return Track(track_id=track_id, metadata=Metadata(title=track_id), added_at=NOON, status=TrackStatus.READY)


def point(track_id: str) -> Point:
    return Point(track_id, {"audio_a": np.full(144, 1 / 12, np.float32)}, {"track_id": track_id})


def stock(home: Path, *, tracks: tuple[str, ...], points: tuple[str, ...]) -> None:
    """Put tracks into the catalog and points into the index, as an ingest that was torn apart would leave them."""
    assert str(home) == os.environ["SEGUE_HOME"]
    stores = wiring.app().stores
    for track_id in tracks:
        stores.catalog.put(track(track_id))
    stores.serving.put(replace(stores.serving.get(), audio_version="first"))
    stores.index.upsert([point(track_id) for track_id in points])
    wiring.reset()


def test_status_tells_what_an_empty_home_holds(home: Path) -> None:
    told = json.loads(run("status", "--json").stdout)

    assert (told["home"], told["host"], told["status"]) == (str(home), None, "ok")
    assert told["stores"]["index"]["counts"] == {"points": 0}


def test_a_play_is_on_the_log_when_the_command_ends(home: Path) -> None:
    stock(home, tracks=("a",), points=("a",))

    played = run("play", "ada", "a", "--kind", "like", "--at", "2026-05-01T12:00:00Z")
    exported = json.loads(run("export-user", "ada").stdout)

    assert played.stdout == "Noted: ada, like, a.\n"
    [interaction] = exported["interactions"]
    assert (interaction["track_id"], interaction["kind"]) == ("a", "like")


def test_a_taste_is_told_in_sentences_and_can_be_reset(home: Path) -> None:
    stock(home, tracks=("a", "b"), points=("a", "b"))
    for arguments in (("a", "--kind", "like"), ("b", "--kind", "ban", "--until", "2999-05-01T12:00:00Z")):
        assert run("play", "ada", *arguments).exit_code == 0

    told, document = run("taste", "ada"), json.loads(run("taste", "ada", "--json").stdout)
    reset = run("taste", "ada", "--reset")

    lines = told.stdout.splitlines()
    assert lines[0] == "ada: 2 interactions."
    assert any(line.startswith("  100 % of what you like sounds like a by an unknown artist, since 2") for line in lines)
    assert lines[-1] == "  Banned: b until 2999-05-01 12:00."
    assert (document["plays"], document["banned_tracks"][0]["track_id"]) == (2, "b")
    assert reset.stdout.splitlines()[0].startswith("ada: 0 interactions since 2")
    assert home.exists()


def test_a_play_of_a_track_that_is_not_there_is_an_error_in_one_line(home: Path) -> None:
    result = run("play", "ada", "nowhere", "--home", str(home))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert "nowhere" in result.stderr


def test_similar_tracks_are_printed_for_people_and_for_programs(home: Path) -> None:
    stock(home, tracks=("a", "b"), points=("a", "b"))

    people, programs = run("similar", "a", "--space", "audio"), run("similar", "a", "--space", "audio", "--json")

    assert people.stdout.split()[:2] == ["1", "b"]
    assert [item["track"]["track_id"] for item in json.loads(programs.stdout)["items"]] == ["b"]


@pytest.mark.parametrize("arguments", [("play", "ada"), ("recommend",), ("similar", "a", "--filter", "loud"), ("nonsense",)])
def test_wrong_usage_exits_with_2(home: Path, arguments: tuple[str, ...]) -> None:
    assert home.exists()

    assert run(*arguments).exit_code == 2


def test_a_home_where_another_command_works_is_refused(home: Path) -> None:
    with HomeLock(home):
        result = run("status")

    assert result.exit_code == 1
    assert "another command" in result.stderr


def test_ingesting_nothing_that_exists_exits_with_1_and_names_it(home: Path) -> None:
    result = run("ingest", str(home / "nowhere"))

    assert result.exit_code == 1
    assert str(home / "nowhere") in result.stdout


def test_doctor_finds_a_sound_library_sound(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    rows.write_text('{"track_id": "a", "title": "Last Tram"}\n{"track_id": "b", "title": "First Bus"}\n', encoding="utf-8")
    assert run("ingest", str(rows), "--home", str(home)).exit_code == 0

    result = run("doctor", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["ok"] is True


def test_doctor_names_tracks_without_points_points_without_tracks_and_dead_letters(home: Path) -> None:
    stock(home, tracks=("a", "torn"), points=("a", "ghost"))
    queues = wiring.app().stores.queues
    queues.send(Queue.METADATA, ["letter"])
    for _ in range(6):
        for message in queues.receive(Queue.METADATA, max_messages=1, visibility_s=60, now=NOON.replace(year=2100)):  # type: ignore[attr-defined]  # SQLite's
            queues.release(Queue.METADATA, [message.receipt], delay_s=0, now=NOON, reason="it was cursed")  # type: ignore[attr-defined]  # as above
    wiring.reset()

    result = run("doctor")

    assert result.exit_code == 1
    for word in ("torn", "ghost", "it was cursed", "--redrive"):
        assert word in result.stdout


def test_models_of_an_untrained_library_are_none_and_training_needs_listening(home: Path) -> None:
    listed, trained = run("models"), run("train", "--home", str(home))

    assert "No model version yet" in listed.stdout
    assert trained.stdout.startswith("Nothing trained: ")


def test_fitting_needs_music_and_says_how_much(home: Path) -> None:
    fitted = run("fit-audio", "--home", str(home))

    assert fitted.exit_code == 0
    assert fitted.stdout == "Nothing changed: 0 tracks with audio are too few to fit on; 50 are needed\n"


def test_a_library_moves_to_the_configured_statistics_and_doctor_tells_before(home: Path) -> None:
    stock(home, tracks=("a",), points=("a",))
    wiring.app().extractors.keep("first", wiring.app().hearer.statistics)
    wiring.reset()

    before = run("doctor").stdout
    moved = json.loads(run("fit-audio", "--configured", "--json").stdout)
    after = run("doctor").stdout

    assert "audio version first serves" in " ".join(before.split())
    assert moved["refusal"] is None
    assert f"audio version {moved['version']}" in " ".join(after.split())
    assert "first" not in after


@pytest.mark.parametrize(
    "arguments", [("--out", "file"), ("--music", "."), ("--configured", "--music", ".", "--out", "file"), ("--note", "x")]
)
def test_fitting_on_a_folder_goes_with_a_file(arguments: tuple[str, ...]) -> None:
    assert run("fit-audio", *arguments).exit_code == 2


def test_a_folder_of_too_little_music_is_not_fitted_on(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "one.wav", 0.3 * np.sin(np.arange(44_100) / 9).astype(np.float32), 22_050)

    fitted = run("fit-audio", "--music", str(tmp_path), "--out", str(tmp_path / "own.npz"))

    assert fitted.exit_code == 1
    assert fitted.stderr == "Error: 1 tracks are too few to fit on; at least 50 are needed\n"


def checkerboard_in(folder: Path) -> Path:
    # even users play even tracks and odd users odd ones; of every six of theirs four are for fitting
    for name, parts in (("train", {0, 1, 2, 3}), ("valid", {4}), ("test", {5})):
        lines = [
            " ".join(str(number) for number in (user, *(track for track in range(user % 2, 24, 2) if (track // 2 + user) % 6 in parts)))
            for user in range(24)
        ]
        (folder / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_new_users_are_asked_for_by_picks_and_by_plays_on_a_checkerboard(tmp_path: Path) -> None:
    run_of = run("evaluate", str(checkerboard_in(tmp_path)), "--new-users", "2", "--seed", "3", "--json")

    told = json.loads(run_of.stdout)
    assert [draw["draw"] for draw in told["draws"]] == [3, 4]
    assert told["times"]["picks"]["least"] > 1.1
    assert told["times"]["plays"]["least"] > 1.1


def test_new_users_are_shown_beside_popularity(tmp_path: Path) -> None:
    told = run("evaluate", str(checkerboard_in(tmp_path)), "--new-users", "1").stdout

    assert all(name in told for name in ("popularity", "factors", "picks", "plays", "(1.00x)"))


def test_evaluation_ranks_a_checkerboard_above_popularity(tmp_path: Path) -> None:
    checkerboard_in(tmp_path)

    figures = json.loads(run("evaluate", str(tmp_path), "--json").stdout)

    assert (figures["users"], figures["tracks"]) == (24, 24)
    assert figures["systems"]["collaborative"]["recall@10"] == 1.0
    assert figures["systems"]["popularity"]["recall@10"] < 0.9


def test_a_folder_without_splits_cannot_be_evaluated(tmp_path: Path) -> None:
    result = run("evaluate", str(tmp_path))

    assert result.exit_code == 1
    assert "train.txt, valid.txt, test.txt" in result.stderr


def test_hear_prints_one_json_line_a_file_and_no_audio_stops_no_other(tmp_path: Path) -> None:
    seconds = np.arange(2 * 22_050) / 22_050
    soundfile.write(tmp_path / "tone.wav", 0.3 * np.sin(2 * np.pi * 440 * seconds), 22_050)
    (tmp_path / "text.mp3").write_text("no audio", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("tone.wav", "text.mp3", "nowhere.ogg")]

    result = run("hear", "--json", *files)

    tone, text, nowhere = (json.loads(line) for line in result.stdout.splitlines())
    assert (tone["file"], tone["duration_ms"], len(tone["vector"])) == (files[0], 2000, 144)
    assert (text["error"]["code"], nowhere["error"]["code"]) == ("not_audio", "no_file")
    assert result.exit_code == 0


def test_the_help_loads_neither_the_engine_nor_numpy() -> None:
    heavy = ("numpy", "pydantic", "httpx", "rich", "yaml", "uvicorn")
    asked = f"import sys, infra.local.__main__; print([name for name in {heavy} if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"
