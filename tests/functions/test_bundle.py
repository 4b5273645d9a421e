"""What a zip function's bundle holds: the packages, what they need, and nothing that only one machine or a developer uses."""

import ast
import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from infra.bundle import LEFT_OUT, PACKAGES, REQUIREMENTS, ROOT, files_of_ours
from tests.functions.test_light_init import HEAVY

# Requirements of ours by the name that they are imported under.
TOP_NAMES = {"aws-lambda-powertools": "aws_lambda_powertools", "qdrant-client": "qdrant_client"}


def named() -> set[str]:
    return {path.as_posix() for path in files_of_ours()}


def light() -> set[str]:
    """Return what the light requirements install, dependencies included, by the names of the packages."""
    found: set[str] = set()
    waiting = re.findall(r"^([\w-]+)", (ROOT / REQUIREMENTS).read_text(encoding="utf-8"), re.MULTILINE)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            needs = requires(name) or []
        except PackageNotFoundError:
            continue  # asked for on other machines alone
        found.add(name)
        waiting += [match[0] for need in needs if "extra ==" not in need and (match := re.match(r"[\w.-]+", need))]
    return found


def test_every_package_and_the_statistics_are_in_it() -> None:
    files = named()

    assert {path.split("/")[0] for path in files} == set(PACKAGES)
    assert "embeddings/audio/statistics.npz" in files
    assert {f"functions/{path.name}" for path in (ROOT / "functions").glob("*.py")} <= files


def test_no_tests_no_docs_no_samples_no_local_host_and_no_compiled_modules_are_in_it() -> None:
    for path in named():
        assert not path.startswith(("tests/", "docs/", "benchmarks/", "infra/local/", "infra/demo/", "infra/images/", "events/samples/")), (
            path
        )
        assert "__pycache__" not in path
        assert path.rsplit(".", maxsplit=1)[1] in {"py", "npz", "json", "html"}


def test_our_own_part_stays_small() -> None:
    assert sum((ROOT / path).stat().st_size for path in named()) < 5e6


def test_what_the_requirements_bring_is_light() -> None:
    brought = light()

    assert {"numpy", "pydantic", "boto3", "aws-lambda-powertools", "qdrant-client"} <= brought
    assert (
        sorted(brought & {name.replace("_", "-") for name in (*HEAVY, "moto", "pytest", "scikit-learn") if name != "qdrant_client"}) == []
    )


def test_nothing_in_it_imports_what_was_left_out() -> None:
    left_out = tuple(part.removesuffix(".py").replace("/", ".") for part in LEFT_OUT if part.startswith("infra"))

    for path in named():
        if path.endswith(".py") and not path.startswith("infra/aws/"):
            for name in imported(ROOT / path):
                assert not name.startswith(left_out), f"{path} imports {name}"


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_make_builds_every_zip_function_that_way() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(r"^build-%Function: bundle$", makefile, re.MULTILINE)
    assert "-m infra.bundle $(BUNDLE) --architecture $(ARCHITECTURE)" in makefile
