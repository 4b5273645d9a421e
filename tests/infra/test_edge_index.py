"""What the index of one machine promises beyond the port: one owner, and nothing acknowledged is lost."""

import gc
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings.spaces import Distance, Slot, Space
from infra.edge_index import EdgeIndex
from recommender.errors import InvalidInput, Unavailable
from recommender.filters import Between, Where
from recommender.ports.index import Named, Nearest, Point
from tests.contracts.indexes import FLAT, at, heard
from tests.fakes.index import FakeIndex

ALL = Where()
OWN = """
import sys
from pathlib import Path
from infra.edge_index import EdgeIndex
from tests.contracts.indexes import FLAT
index = EdgeIndex(Path(sys.argv[1]), slots=FLAT)
print("open", flush=True)
sys.stdin.read()
"""
WRITE_UNTIL_KILLED = """
import sys
from itertools import count
from pathlib import Path
from infra.edge_index import EdgeIndex
from tests.contracts.indexes import FLAT, at
from recommender.ports.index import Point
index = EdgeIndex(Path(sys.argv[1]), slots=FLAT)
for first in count(step=10):
    tracks = [f"track {number}" for number in range(first, first + 10)]
    vectors = [{"audio_a": at(n), "collab_a": at(n, length=3)} for n in range(first, first + 10)]
    index.upsert([Point(name, vectors[n - first], {"year": n}, {n: 1.0}) for n, name in enumerate(tracks, first)])
    index.set_payload({name: {"popularity": 1.5} for name in tracks[:5]})
    print(first, flush=True)
"""
ASK_IN_A_FORKED_CHILD = """
import os, sys
from pathlib import Path
from infra.edge_index import EdgeIndex
from recommender.errors import Unavailable
from recommender.filters import Where
from tests.contracts.indexes import FLAT
index = EdgeIndex(Path(sys.argv[1]), slots=FLAT)
if os.fork() == 0:
    try:
        index.count(Where())
    except Unavailable as error:
        print(error.code, flush=True)
    os._exit(0)
os.wait()
print(index.count(Where()))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index without points; whoever uses it leaves it so."""
    folder = tmp_path_factory.mktemp("made")
    EdgeIndex(folder, slots=FLAT).close()
    return folder


def started(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_second_process_is_refused_with_the_folder_and_the_owners_number_until_the_owner_is_gone(made: Path) -> None:
    with started(OWN, made) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "open\n"

        with pytest.raises(Unavailable, match=rf"{made}.* {owner.pid}\b"):
            EdgeIndex(made, slots=FLAT)
        owner.kill()

    with EdgeIndex(made, slots=FLAT) as index:
        assert index.count(ALL) == 0


def test_a_second_index_in_the_same_process_is_refused_and_harms_nothing(made: Path) -> None:
    with EdgeIndex(made, slots=FLAT) as index:
        with pytest.raises(Unavailable, match=str(os.getpid())):
            EdgeIndex(made, slots=FLAT)

        index.flush()
        assert index.count(ALL) == 0


def test_a_forked_child_is_told_to_open_its_own_instead_of_hanging(made: Path) -> None:
    with started(ASK_IN_A_FORKED_CHILD, made) as process:
        said, _ = process.communicate(timeout=30)

    assert said == "opened_before_fork\n0\n"


def test_every_acknowledged_point_is_whole_after_the_process_was_killed(tmp_path: Path) -> None:
    with started(WRITE_UNTIL_KILLED, tmp_path) as writer:
        assert writer.stdout is not None
        for _ in range(20):
            acknowledged = int(writer.stdout.readline()) + 10
        writer.send_signal(signal.SIGKILL)

    with EdgeIndex(tmp_path, slots=FLAT) as index:
        points = index.fetch([f"track {number}" for number in range(acknowledged)], slots=["audio_a", "collab_a"])

        assert len(points) == acknowledged
        for number, point in enumerate(points.values()):
            assert point.payload["year"] == number
            assert point.payload.get("popularity") == (1.5 if number % 10 < 5 else None)
            np.testing.assert_allclose(point.vectors["audio_a"], at(number), atol=1e-6)
            np.testing.assert_allclose(point.vectors["collab_a"], at(number, length=3), atol=1e-6)
        assert index.count(ALL.also(Between("year", 0, acknowledged - 1))) == acknowledged
        by_name = index.nearest([Named({number: 1.0}, limit=9) for number in range(acknowledged)])
        assert [[hit.track_id for hit in hits] for hits in by_name] == [[f"track {number}"] for number in range(acknowledged)]


def test_a_folder_is_opened_again_with_all_it_held(tmp_path: Path) -> None:
    with EdgeIndex(tmp_path, slots=FLAT) as index:
        index.upsert([heard("a", 0, year=1990), heard("b", 90, year=2000), Point("c", {}, {}, {5: 1.0})])
        index.set_names({"a": {5: 2.0}})

    with EdgeIndex(tmp_path, slots=FLAT) as index:
        [hits] = index.nearest([Nearest("audio_a", at(10), limit=9, where=ALL.also(Between("year", 1995)))])
        [named] = index.nearest([Named({5: 1.0}, limit=9)])

        assert [(hit.track_id, hit.payload["year"]) for hit in hits] == [("b", 2000)]
        assert [(hit.track_id, hit.score) for hit in named] == [("a", 2.0), ("c", 1.0)]


def test_a_folder_with_other_slots_is_refused_by_their_names_and_stays_free(made: Path) -> None:
    wider = {**FLAT, "text": Slot("text", Space.TEXT, 384, Distance.COSINE)}

    with pytest.raises(InvalidInput, match=r"text with 3 values by cosine, not 384 values by cosine"):
        EdgeIndex(made, slots=wider)

    EdgeIndex(made, slots=FLAT).close()


def test_a_folder_without_names_is_refused_and_what_is_missing_is_said(tmp_path: Path) -> None:
    EdgeIndex(tmp_path, slots=FLAT).close()
    schema = tmp_path / "schema.json"
    former = {name: slot for name, slot in json.loads(schema.read_text(encoding="utf-8")).items() if name != "names"}
    schema.write_text(json.dumps(former), encoding="utf-8")

    with pytest.raises(InvalidInput, match=r"names with nothing, not features of names: move the folder away"):
        EdgeIndex(tmp_path, slots=FLAT)


def test_packed_names_are_found_as_before_and_after_they_are_changed(tmp_path: Path) -> None:
    points = [Point(f"track {number}", {"text": np.array([1, number, 0], np.float32)}, {"year": number}, {number: 1.0, 900_000: number / 8})
              for number in range(4_000)]  # fmt: skip
    by_common = Named({900_000: 1.0}, limit=3, where=ALL.also(Between("year", 0, 100)))

    with EdgeIndex(tmp_path, slots=FLAT) as index:
        index.upsert(points)
        before = index.nearest([by_common])[0]
        index.maintain()
        packed = index.nearest([by_common])[0]
        index.set_names({"track 7": {900_000: 100.0}})
        changed = index.nearest([by_common])[0]

    assert [(hit.track_id, hit.score) for hit in before] == [("track 100", 12.5), ("track 99", 12.375), ("track 98", 12.25)]
    assert [(hit.track_id, hit.score) for hit in packed] == [(hit.track_id, hit.score) for hit in before]
    assert [hit.track_id for hit in changed] == ["track 7", "track 100", "track 99"]


def test_a_folder_whose_schema_is_lost_is_refused(tmp_path: Path) -> None:
    EdgeIndex(tmp_path, slots=FLAT).close()
    (tmp_path / "schema.json").unlink()

    with pytest.raises(InvalidInput, match=r"schema\.json"):
        EdgeIndex(tmp_path, slots=FLAT)


def test_a_folder_whose_making_was_interrupted_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "points.draft" / "segments").mkdir(parents=True)
    (tmp_path / "points.draft" / "edge_config.json").write_text("{", encoding="utf-8")

    with EdgeIndex(tmp_path, slots=FLAT) as index:
        assert index.count(ALL) == 0


def test_a_closed_index_is_unavailable_and_closes_twice(made: Path) -> None:
    index = EdgeIndex(made, slots=FLAT)

    index.close()
    index.close()

    with pytest.raises(Unavailable, match=str(made)):
        index.count(ALL)


def test_packed_vectors_give_the_same_neighbours_as_exact_comparison(tmp_path: Path) -> None:
    slots = {slot.name: slot for slot in (Slot("text", Space.TEXT, 4096, Distance.COSINE), Slot("collab_a", Space.COLLAB, 4, Distance.DOT))}
    directions = np.random.default_rng(7).standard_normal((900, 4096)).astype(np.float32)
    points = [Point(f"track {number}", {"text": vector}, {"year": number}) for number, vector in enumerate(directions)]
    exact = FakeIndex(slots=slots)
    exact.upsert(points)
    query = Nearest("text", directions[5] + directions[6], limit=20, where=ALL.also(Between("year", 0, 700)))

    with EdgeIndex(tmp_path, slots=slots) as index:
        index.upsert(points)
        packed = [index.maintain(), index.maintain()]
        [found] = index.nearest([query])

    [expected] = exact.nearest([query])
    assert packed == [True, False]
    assert [hit.track_id for hit in found] == [hit.track_id for hit in expected]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-5)


def test_a_warm_index_answers_as_a_cold_one_and_forgets_what_is_replaced(tmp_path: Path) -> None:
    with EdgeIndex(tmp_path, slots=FLAT) as index:
        index.upsert([heard(f"track {number}", number, year=number) for number in range(300)])
        index.warm()
        index.set_payload({"track 7": {"year": 1907}})
        index.delete(["track 8"])

        [hits] = index.nearest([Nearest("audio_a", at(7), limit=2, where=ALL.also(Between("year", 8)))])

        assert [(hit.track_id, hit.payload["year"]) for hit in hits] == [("track 7", 1907), ("track 9", 9)]


def test_threads_share_an_index_and_each_sees_what_it_wrote(tmp_path: Path) -> None:
    def live(worker: int) -> list[object]:
        seen: list[object] = []
        for year in range(20):
            index.upsert([heard(f"track {worker}", worker, year=year)])
            index.set_payload({f"track {worker}": {"year": year + 100}})
            index.nearest([Nearest("audio_a", at(0), limit=4)])
            seen.append(index.fetch([f"track {worker}"])[f"track {worker}"].payload["year"])
        return seen

    with EdgeIndex(tmp_path, slots=FLAT) as index, ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(live, range(4)))

        assert seen == [list(range(100, 120))] * 4
        assert index.count(ALL) == 4


def test_neither_engine_is_loaded_before_an_index_is_opened() -> None:
    program = "import infra.edge_index, infra.qdrant_index, sys; print({'qdrant_edge', 'qdrant_client'} & sys.modules.keys())"

    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert said == "set()\n"


def test_what_was_read_before_is_never_what_was_written_since(tmp_path: Path) -> None:
    slots = ("audio_a", "collab_a")
    with EdgeIndex(tmp_path / "index", slots=FLAT) as index:
        index.upsert([Point(name, {"audio_a": at(0), "collab_a": at(0, length=3)}, {"year": 1}) for name in ("a", "b", "c", "d")])
        before = index.fetch(["a", "b", "c", "d"], slots=slots)

        index.upsert([Point("a", {"audio_a": at(90)}, {"year": 2})])
        index.set_vectors("audio_a", {"b": at(90)})
        index.set_payload({"c": {"year": 3}})
        index.delete(["d"])
        changed = index.fetch(["a", "b", "c", "d"], slots=slots)
        index.clear_slot("collab_a")
        cleared = index.fetch(["b"], slots=slots)

    assert [point.payload["year"] for point in before.values()] == [1, 1, 1, 1]
    assert {name: point.payload["year"] for name, point in changed.items()} == {"a": 2, "b": 1, "c": 3}
    assert {name: sorted(point.vectors) for name, point in changed.items()} == {"a": ["audio_a"], "b": [*slots], "c": [*slots]}
    assert [changed[name].vectors["audio_a"] @ at(90) > 0.99 for name in "abc"] == [True, True, False]
    assert sorted(cleared["b"].vectors) == ["audio_a"]


def test_what_it_remembers_of_points_is_nothing_that_the_garbage_collector_walks(tmp_path: Path) -> None:
    tracks = [f"track {number}" for number in range(400)]
    with EdgeIndex(tmp_path, slots=FLAT) as index:
        index.upsert([Point("first", {"audio_a": at(0)}, {})])
        index.fetch(["first"], slots=("audio_a",))
        gc.collect()
        before = len(gc.get_objects())

        index.upsert([Point(name, {"audio_a": at(number)}, {"genres": ["rock"]}) for number, name in enumerate(tracks)])
        index.warm()
        index.fetch(tracks, slots=("audio_a", "audio_b"))
        gc.collect()

        assert len(gc.get_objects()) - before < len(tracks) / 4
