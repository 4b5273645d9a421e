"""``segue evaluate``: how well the product's own pages rank held-out listening, by the protocol of published figures."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infra.local.options import json_option
from infra.local.printing import show_json, show_table

if TYPE_CHECKING:  # the command line starts without the engine
    from recommender.evaluation.dataset import Dataset


@click.command()
@click.argument("place", metavar="PLACE", type=click.Path(path_type=Path, exists=True))
@click.option("--items", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CSV with item_id, name, tags.")
@click.option("--text", "with_text", is_flag=True, help="Read the tracks' sentences too, and let the text space propose (minutes).")
@click.option("--tune", is_flag=True, help="Choose the recipe on the validation part first, by a small grid.")
@click.option("--on", "part", type=click.Choice(["valid", "test"]), default="test", show_default=True, help="Which part to report on.")
@click.option("--new-users", "draws", type=click.IntRange(min=1), help="Ask for users who are new instead, in so many draws.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the first draw of new users.")
@json_option
def evaluate(
    place: Path, *, items: Path | None, with_text: bool, tune: bool, part: str, draws: int | None, seed: int, as_json: bool
) -> None:
    """Rank held-out listening through index, tastes and pages.

    PLACE is a folder with train.txt, valid.txt and test.txt (one line a user, "user track track ...", numbered from 0) and perhaps
    items.csv, or a log (CSV or JSONL with user, track, at and perhaps kind), which is split by time.

    With --new-users a fifth of the users is kept out of training; three tracks of each are their onboarding picks, and then their plays.
    """
    from infra.local.evaluating import evaluated  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.evaluation_files import dataset_in  # noqa: PLC0415 - as above
    from recommender.evaluation.figures import rows  # noqa: PLC0415 - as above

    data = dataset_in(place, items=items)
    if draws is not None:
        _new_users(data, part=part, seeds=range(seed, seed + draws), as_json=as_json)
        return
    told = evaluated(data, part=part, with_text=with_text, tune=tune, shown=not as_json)
    if as_json:
        show_json(told)
        return
    click.echo(_head(data, told, part))
    show_table(rows(told["systems"]), right=range(1, 1 + len(told["systems"])))


def _new_users(data: "Dataset", *, part: str, seeds: range, as_json: bool) -> None:
    from infra.local.evaluation_strangers import rows_of, strangers_evaluated  # noqa: PLC0415 - as above

    told = strangers_evaluated(data, part=part, seeds=seeds, shown=not as_json)
    if as_json:
        show_json(told)
        return
    click.echo(f"new users by {len(told['draws'])} draws, NDCG@20 on {part} and times popularity, every track ranked")
    show_table(rows_of(told), right=range(1, 1 + len(told["times"])))


def _head(data: "Dataset", told: dict[str, Any], part: str) -> str:
    described = sum(bool(data.metadata(track).tags or data.metadata(track).genres) for track in range(len(data.tracks)))
    recipe = " ".join(f"{name}={value:g}" for name, value in told["recipe"].items())
    return (
        f"{told['users']:,} users, {told['tracks']:,} tracks ({described:,} with tags), {told['judged']:,} users with held-out tracks\n"
        f"fitted on train, reported on {part}, every track ranked, through index and pages\nrecipe: {recipe}"
    )
