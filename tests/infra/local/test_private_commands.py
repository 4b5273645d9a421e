"""``segue train --epsilon`` on a real home: what is promised, where it stands, and what is refused."""

import json
from pathlib import Path

import pytest

from embeddings.collaborative.budget import MOST_EPSILON
from infra.local.commands import models
from infra.settings import Settings
from recommender.errors import InvalidInput
from tests.infra.local.test_model_commands import home, run

__all__ = ["home"]


@pytest.mark.usefixtures("home")
def test_a_private_training_tells_its_guarantee_on_the_spot_in_the_list_and_in_the_report() -> None:
    told = json.loads(run("train", "--epsilon", "4", "--delta", "0.001", "--json").stdout)

    listed = json.loads(run("models", "--json").stdout)["items"][0]
    table, page = run("models").stdout, Path(json.loads(run("models", "--report", told["version"], "--json").stdout)["page"])
    assert (told["privacy"]["epsilon"], told["privacy"]["delta"]) == (4.0, 0.001)
    assert listed["privacy"] == told["privacy"]
    assert "private: epsilon 4, delta 0.001, noise multiplier" in table
    assert "What it gives away" in page.read_text(encoding="utf-8")


@pytest.mark.usefixtures("home")
def test_a_newcomer_reads_what_is_promised() -> None:
    told = run("train", "--epsilon", "8").stdout

    assert "Private: epsilon 8, delta 0.01, noise multiplier" in told
    assert "1 private training so far, together epsilon 8." in told


@pytest.mark.usefixtures("home")
def test_a_home_of_which_privacy_is_asked_trains_no_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_EPSILON", "2")

    assert json.loads(run("train", "--json").stdout)["privacy"]["epsilon"] == 2.0


@pytest.mark.usefixtures("home")
def test_a_plain_training_promises_nothing() -> None:
    assert json.loads(run("train", "--json").stdout)["privacy"] is None


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--epsilon", "0"), "0.0 is not in the range"),
        (("--epsilon", "-1"), "-1.0 is not in the range"),
        (("--epsilon", "1000"), "1000.0 is not in the range"),
        (("--epsilon", "1", "--delta", "1"), "1.0 is not in the range"),
        (("--delta", "0.01"), "--delta 0.01 needs an --epsilon"),
        (("--epsilon", "little"), "'little' is not a valid float"),
    ],
)
def test_a_silly_wish_is_refused_before_anything_is_read(options: tuple[str, ...], named: str) -> None:
    refused = run("train", *options)

    assert refused.exit_code == 2
    assert named in refused.stderr


@pytest.mark.usefixtures("home")
def test_a_delta_that_lets_one_listener_be_told_whole_is_refused_with_both_numbers() -> None:
    refused = run("train", "--epsilon", "1", "--delta", "0.05")

    assert refused.exit_code == 1
    assert "0.05 promises nothing to 24 listeners" in refused.stderr


def test_the_command_line_knows_the_engines_largest_epsilon_without_loading_it() -> None:
    assert models.MOST_EPSILON == MOST_EPSILON


@pytest.mark.parametrize(
    ("name", "value"),
    [("PRIVACY_EPSILON", "0"), ("PRIVACY_EPSILON", "much"), ("PRIVACY_EPSILON", "nan"), ("PRIVACY_DELTA", "1"), ("FEWEST_LISTENERS", "1")],
)
def test_a_silly_setting_is_named_with_its_value(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"{name}='{value}'"):
        Settings.from_env({name: value})


def test_left_alone_nothing_is_private_and_ten_listeners_are_enough() -> None:
    settings = Settings.from_env({})

    assert (settings.privacy_epsilon, settings.privacy_delta, settings.fewest_listeners) == (None, None, 10)
