"""``segue evaluate``: how well the engine's model ranks held-out listening, by the protocol of published figures."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from infra.local.options import json_option
from infra.local.printing import show_json, show_table

if TYPE_CHECKING:  # the command line starts without the engine
    from recommender.evaluation.protocol import Scorer

_FILES: Final = ("train.txt", "valid.txt", "test.txt")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@json_option
def evaluate(folder: Path, *, as_json: bool) -> None:
    """Rank held-out listening: fit on train.txt, report on test.txt.

    FOLDER holds train.txt, valid.txt and test.txt: one line a user, "user track track ...", numbered from 0.
    """
    figures = evaluate_folder(folder)
    if as_json:
        show_json(figures)
        return
    names = [name for name in figures["model"] if name.split("@")[0] in {"recall", "ndcg", "map", "hit_rate", "coverage"}]
    click.echo(f"{figures['users']:,} users, {figures['tracks']:,} tracks; fitted on train, reported on test")
    show_table(
        [("", "model", "popularity"), *((name, *(f"{figures[who][name]:.4f}" for who in ("model", "popularity"))) for name in names)]
    )


def evaluate_folder(folder: Path) -> dict[str, Any]:
    """Return the figures of the model and of popularity on a folder of three splits."""
    from embeddings.collaborative import train_blend  # noqa: PLC0415 - the command line starts without the engine
    from recommender.errors import InvalidInput  # noqa: PLC0415 - as above
    from recommender.evaluation import protocol  # noqa: PLC0415 - as above
    from recommender.evaluation.listening import read_split  # noqa: PLC0415 - as above

    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise InvalidInput(f"{str(folder)!r} has no {', '.join(missing)}", code="no_split")
    split = read_split(*((folder / name).read_text(encoding="utf-8").splitlines() for name in _FILES))
    factors = train_blend(_matrix(split.train))
    return {
        "users": split.train.n_users,
        "tracks": split.train.n_tracks,
        "model": dict(protocol.evaluate(_model(factors, split.train), split.train, split.test)),
        "popularity": dict(protocol.evaluate(_popularity(split.train), split.train, split.test)),
    }


def _matrix(train: Any) -> Any:
    import numpy as np  # noqa: PLC0415 - as above
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - as above

    return csr_matrix((np.ones(len(train.tracks)), train.tracks, train.starts), shape=(train.n_users, train.n_tracks))


def _model(factors: Any, train: Any) -> "Scorer":
    import numpy as np  # noqa: PLC0415 - as above

    def scores(users: Any) -> Any:
        folded = [factors.fold_in(train.of(user), np.ones(len(train.of(user)))) for user in users]
        return np.stack(folded) @ factors.track_vectors.T

    return scores


def _popularity(train: Any) -> "Scorer":
    import numpy as np  # noqa: PLC0415 - as above

    return lambda users: np.tile(train.plays.astype(np.float64), (len(users), 1))
