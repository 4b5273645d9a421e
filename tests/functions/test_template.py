"""The template and the functions folder name the same functions."""

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
