"""Everything that is installed is pinned with its hashes, agrees with itself, and may be handed on."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

from requirements.audit import Unasked
from requirements.audit import asked as audited
from requirements.licences import BEGIN, HERE, PAGE, PURPOSES, asked_in, licence_of, normal, pinned_in, running, table
from requirements.lock import LOCKED_ALONE, LOCKED_WITH_DEV, known_builds, with_cpu_builds

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("dev", *LOCKED_WITH_DEV, *LOCKED_ALONE)
HEAVY = {
    "librosa",
    "scipy",
    "scikit-learn",
    "numba",
    "torch",
    "onnx",
    "onnxruntime",
    "sentence-transformers",
    "tokenizers",
    "soundfile",
    "soxr",
}
OURS = {"benchmarks", "embeddings", "events", "functions", "infra", "recommender", "requirements", "tests"}
HASH = re.compile(r"sha256:[0-9a-f]{64}")


def _lock(name: str) -> str:
    return (HERE / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_a_version_a_hash_or_a_remark(name: str) -> None:
    lines = _lock(name).splitlines()

    packages = pinned_in(_lock(name))

    kinds = (r"[A-Za-z0-9._-]+(\[.+\])?==[^ ]+( ; .+)? \\", r"    --hash=sha256:[0-9a-f]{64}( \\)?", r" *(#.*)?")
    assert [line for line in lines if not any(re.fullmatch(kind, line) for kind in kinds)] == []
    assert len(packages) == sum("==" in line and not line.lstrip().startswith("#") for line in lines if not line.startswith(" "))
    assert [package.name for package in packages if not package.hashes or not all(HASH.fullmatch(each) for each in package.hashes)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_its_input_asks_for(name: str) -> None:
    asked = asked_in(name) - ({"torch"} if name == "dev" else set())

    locked = {package.name for package in pinned_in(_lock(name))}

    assert asked <= locked


def test_there_is_a_lock_for_each_installation_and_no_other_file_of_versions() -> None:
    assert {path.stem for path in HERE.glob("*.txt")} == set(LOCKS)


def test_an_image_and_a_machine_run_the_same_versions() -> None:
    versions = {package.name: package.version for package in pinned_in(_lock("dev"))}

    different = [
        (name, package.name, package.version)
        for name in LOCKED_WITH_DEV
        for package in pinned_in(_lock(name))
        if versions.get(package.name, package.version) != package.version
    ]

    assert different == []


def test_no_file_names_a_place_to_install_from() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in HERE.iterdir() if path.suffix in {".in", ".txt", ".toml"}}

    named = [name for name, text in texts.items() if re.search(r"://|file:|@ |--(extra-)?index|--find-links|^\s*#.* /", text, re.MULTILINE)]

    assert named == []


def test_the_zip_functions_hold_nothing_heavy() -> None:
    assert {package.name for package in pinned_in(_lock("light"))} & HEAVY == set()


def test_serving_needs_no_torch() -> None:
    assert {"torch", "sentence-transformers", "transformers"} & running().keys() == set()


def test_every_installation_asks_for_hashes_or_fetches_nothing() -> None:
    files = [ROOT / "Makefile", ROOT / "infra/bundle.py", *(ROOT / "infra/images").glob("*.Dockerfile"), *(ROOT / ".ci").iterdir()]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files).replace("$(LOCKED)", "install --require-hashes")
    bundle = (ROOT / "infra/bundle.py").read_text(encoding="utf-8")

    installed = [part for line in text.splitlines() for part in line.split("&&") if re.search(r"\bpip\b.* install\b", part)]

    assert len(installed) > 8
    assert [each for each in installed if "--require-hashes" not in each and not {"--no-deps", "--no-index"} <= set(each.split())] == []
    assert '"--require-hashes"' in bundle


def test_everything_imported_is_locked_in_the_version_that_is_installed() -> None:
    locks = [package for name in ("dev", "weights", "torch-cpu") for package in pinned_in(_lock(name))]
    locked = {(package.name, package.version) for package in locks}

    owners = packages_distributions()
    imported = {normal(owner) for module in _modules_imported() for owner in owners.get(module, [])}

    assert {(name, version(name)) for name in imported} - locked == set()


def test_what_runs_is_listed_with_its_licence() -> None:
    _, _, listed = PAGE.read_text(encoding="utf-8").partition(f"{BEGIN}\n")

    assert listed == table()


def test_nothing_that_runs_is_under_the_gpl_or_unknown() -> None:
    licences = {name: licence_of(name) for name in running()}

    assert {name: each for name, each in licences.items() if re.search(r"(?<!L)GPL|General Public|unknown", each)} == {}
    assert {name for name, each in licences.items() if "LGPL" in each} == {"soxr"}


def test_each_purpose_is_that_of_a_package_asked_for() -> None:
    asked = {name for lock in ("embedded", "weights") for name in asked_in(lock)}

    assert asked == PURPOSES.keys()


def test_torch_is_the_build_for_the_processor_alone_on_linux() -> None:
    public = f"torch==2.0 \\\n    --hash=sha256:{'a' * 64}\n    # via -r torch-cpu.in\n"

    locked = with_cpu_builds(public, {"b" * 64})

    linux, elsewhere = pinned_in(locked)
    assert (linux.version, linux.where, linux.hashes) == ("2.0+cpu", "sys_platform == 'linux'", (f"sha256:{'b' * 64}",))
    assert (elsewhere.version, elsewhere.where, elsewhere.hashes) == ("2.0", "sys_platform != 'linux'", (f"sha256:{'a' * 64}",))
    assert known_builds(locked, "2.0") == {"b" * 64}


def test_an_audit_that_could_not_ask_is_no_audit() -> None:
    with pytest.raises(Unasked):
        audited("nosuchlock")


def _modules_imported() -> set[str]:
    """Return the top names of the modules that our code imports from elsewhere."""
    return (
        {name for package in OURS for path in (ROOT / package).rglob("*.py") for name in _imports(path)}
        - OURS
        - set(sys.stdlib_module_names)
    )


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name.split(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
