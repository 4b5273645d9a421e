"""The template and the functions folder name the same functions."""

import re
from pathlib import Path

from infra.local.template import read_plan

ROOT = Path(__file__).parents[2]


def test_every_function_file_is_deployed_and_every_deployed_handler_is_there() -> None:
    written = {
        f"functions.{path.stem}.handler" for path in (ROOT / "functions").glob("*.py") if "def handler(" in path.read_text(encoding="utf-8")
    }

    deployed = {function.handler for function in read_plan(ROOT / "template.yaml").functions}

    assert deployed == written


def test_a_function_is_called_after_its_file() -> None:
    plan = read_plan(ROOT / "template.yaml")

    names = {function.name: function.handler for function in plan.functions}

    expected = {"".join(word.capitalize() for word in handler.split(".")[1].split("_")) + "Function": handler for handler in names.values()}
    assert names == expected


def test_every_image_is_made_by_a_file_that_copies_the_five_packages_and_installs_files_that_are_there() -> None:
    named = set(re.findall(r"Dockerfile: (\S+)", (ROOT / "template.yaml").read_text(encoding="utf-8")))
    written = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in (ROOT / "infra" / "images").glob("*")}

    assert named == set(written)
    for text in written.values():
        assert re.findall(r"COPY (\w+)/ \1/", text) == ["requirements", "embeddings", "recommender", "events", "infra", "functions"]
        assert all((ROOT / name).is_file() for name in re.findall(r"-r (\S+)", text))
