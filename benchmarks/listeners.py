"""Let simulated listeners use the engine, and measure what it makes of them.

python -m benchmarks.listeners [--tracks 6000] [--listeners 1000] [--adventurers 200] [--no-training]

Listeners of two to four genres each, noisy, over a library whose genres are known (``benchmarks.simulated``), on the embedded stack in a
temporary folder, through the product's own use cases. The table says how many of their genres have a mode, how much of what they avoid is
on their pages, what the dial of adventure does, what diversity does to coverage at which accuracy, and how new tracks are shown.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulated import NOW, TRACKS_AN_ARTIST, Listener, World, filled, listened, listeners_of, number_of, world_of
from infra.settings import Settings
from infra.wiring import App
from recommender.evaluation.spread import coverage, gini
from recommender.pages.asking import Request
from recommender.pages.policy import Policy
from recommender.pages.recommend import Recommend

Numbers = NDArray[np.intp]

DIAL = (0.0, 0.25, 0.5, 0.75, 1.0)
PAGE = 20


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """Listeners with the pseudonyms under which the engine knows them."""

    world: World
    listeners: Sequence[Listener]
    users: Sequence[str]

    def some(self, count: int) -> "Audience":
        """Return the first so many."""
        return Audience(self.world, self.listeners[:count], self.users[:count])


@dataclass(frozen=True, slots=True)
class Found:
    """How well modes mirror genres, shares from 0 to 1.

    Attributes
    ----------
    genres
        Of the genres a listener loves, how many have a mode whose exemplars are mostly of it.
    modes
        Of the modes, how many are mostly of a genre that the listener loves.
    count
        Modes a listener.
    """

    genres: float
    modes: float
    count: float


@dataclass(frozen=True, slots=True)
class Shown:
    """What pages are like on average.

    Attributes
    ----------
    novelty
        Bits of surprise: -log2 of the share of all plays that a track has (of the least played one where it has none).
    distance
        1 - cosine in sound from a track to the nearest one that the listener played.
    heard
        Share of places with a track that the listener has played or skipped before: what comes back.
    known_artists
        Share of places with an artist that the listener played.
    loved, disliked
        Share of places with a genre that the listener loves, and avoids.
    hit_rate
        Share of pages with at least one of the tracks that were held out.
    full
        Share of the places that are filled.
    """

    novelty: float
    distance: float
    heard: float
    known_artists: float
    loved: float
    disliked: float
    hit_rate: float
    full: float
    coverage: float
    gini: float


def settled(app: App, world: World, count: int) -> Audience:
    """Fill the library, let everybody listen, and return them."""
    filled(app, world)
    listeners = list(listeners_of(world, count))
    return Audience(world, listeners, [listened(app, listener) for listener in listeners])


def modes_found(app: App, audience: Audience, space: str) -> Found:
    """Compare the modes of everybody's taste in a space with the genres they love."""
    genres, modes, counts = [], [], []
    for listener, user in zip(audience.listeners, audience.users, strict=True):
        taste = app.stores.tastes.get(user)
        held = taste.spaces[space].modes if taste is not None and space in taste.spaces else ()
        of_modes = [Counter(int(audience.world.genre_of[number_of(one)]) for one in mode.exemplars).most_common(1)[0] for mode in held]
        mostly = [genre for (genre, count), mode in zip(of_modes, held, strict=True) if 2 * count > len(mode.exemplars)]
        counts.append(len(held))
        genres.append(np.mean([genre in mostly for genre in listener.likes]))
        modes.append(sum(genre in listener.likes for genre in mostly) / len(held) if held else 0.0)
    return Found(float(np.mean(genres)), float(np.mean(modes)), float(np.mean(counts)))


def engine(app: App, policy: Policy) -> Recommend:
    """Return the ask walk over the app's stores under a policy."""
    stores = app.stores
    return Recommend.over(
        index=stores.index,
        catalog=stores.catalog,
        tastes=app.tastes,
        preferences=stores.preferences,
        impressions=stores.impressions,
        serving=stores.serving,
        log=stores.interactions,
        tallies=stores.tallies,
        models=app.models,
        policy=policy,
    )


def pages(app: App, audience: Audience, policy: Policy, *, adventure: float = 0.3) -> Numbers:
    """Ask one page for everybody, half a second apart, and return the tracks' numbers row by row, -1 where a place is empty.

    Pages and showings of before are forgotten, so that what was shown and ignored does not bear on these.
    """
    for user in audience.users:
        app.stores.impressions.erase(user)
    app.stores.tallies.expire(1_000_000)
    recommend = engine(app, policy)
    rows = np.full((len(audience.users), PAGE), -1)
    for at, user in enumerate(audience.users):
        request = Request(user=user, recommendation_id=f"{user} {adventure}", limit=PAGE, adventure=adventure)
        items = recommend.page(request, now=NOW + at * timedelta(seconds=0.5)).items
        rows[at, : len(items)] = [number_of(item.track.track_id) for item in items]
    return rows


def shown(audience: Audience, rows: Numbers) -> Shown:
    """Return what pages are like."""
    world = audience.world
    plays = np.bincount([track for listener in audience.listeners for track, *_ in listener.acts], minlength=world.n_tracks)
    surprise = -np.log2(np.maximum(plays, 1) / plays.sum())
    lines = []
    for listener, row in zip(audience.listeners, rows, strict=True):
        page = row[row >= 0]
        known = np.array(sorted({track for track, *_ in listener.acts}))
        lines.append(
            (
                surprise[page].mean(),
                (1.0 - (world.audio[page] @ world.audio[known].T).max(axis=1)).mean(),
                np.isin(page, known).mean(),
                np.isin(page // TRACKS_AN_ARTIST, known // TRACKS_AN_ARTIST).mean(),
                np.isin(world.genre_of[page], list(listener.likes)).mean(),
                np.isin(world.genre_of[page], list(listener.dislikes)).mean(),
                bool(listener.held_out & set(page.tolist())),
                len(page) / PAGE,
            )
        )
    spread = (coverage(rows, world.n_tracks), gini(rows, world.n_tracks))
    return Shown(*(float(value) for value in (*np.mean(lines, axis=0), *spread)))


def main() -> None:
    """Print one table."""
    options = _options()
    with tempfile.TemporaryDirectory() as home:
        app = App(Settings.from_env({"SEGUE_HOME": home}))
        try:
            _measure(app, options)
        finally:
            app.close()


def _measure(app: App, options: argparse.Namespace) -> None:
    began = time.process_time()
    world = world_of(options.tracks)
    audience = settled(app, world, options.listeners)
    print(f"{world.n_tracks:,} tracks of {world.n_genres} genres, {options.listeners:,} listeners of 2 to 4 genres, 60 noisy acts each")
    if not options.no_training:
        manifest = app.training.run(now=NOW)
        print(f"collaborative model: {'serves' if manifest.published else f'refused, {manifest.refusal}'}")
    print("\nmodes          genres that have one   modes of a genre that is loved   modes a listener")
    for space in ("audio", "text"):
        found = modes_found(app, audience, space)
        print(f"  {space:12} {found.genres:20.3f} {found.modes:32.3f} {found.count:18.2f}")
    some = audience.some(options.adventurers)
    _head(f"\nadventure, {len(some.users)} listeners")
    for adventure in DIAL:
        _line(f"{adventure:.2f}", shown(some, pages(app, some, Policy(), adventure=adventure)))
    _head(f"\npolicy, {len(audience.users)} listeners, adventure 0.30")
    for name, policy in _policies().items():
        _line(name, shown(audience, pages(app, audience, policy)))
    _head(f"\nthe first {len(some.users)} of them")
    for name, policy in {"ours": Policy(), "no distaste": replace(Policy(), distaste=0.0), "plain": Policy.plain()}.items():
        _line(name, shown(some, pages(app, some, policy)))
    print(f"  disliked genres by chance: {2 / world.n_genres:.3f}")
    _exposure(app, audience)
    print(f"\n{time.process_time() - began:.0f} s of processor time")


def _policies() -> dict[str, Policy]:
    spread = {"diversity": (0.0, 0.0), "turns": 0.0, "popular": (1.0, 1.0), "calibration": 0.0, "artist_cap": 10_000, "album_cap": 10_000}
    return {"ours": Policy(), "no diversity": replace(Policy(), **spread)}  # type: ignore[arg-type]  # each value is of its field's type


def _exposure(app: App, audience: Audience) -> None:
    """Show what a budget of showings does for new tracks: one that these pages cannot use up, and one that they can meet twice."""
    new = np.flatnonzero(audience.world.new)
    due = Policy().new_share * PAGE * len(audience.users) / len(new)
    whole, half = Policy().new_budget, max(1, int(0.5 * due))
    policies = {
        "no share kept for them": replace(Policy(), new_share=0.0),
        f"a share of {Policy().new_share}, budget {whole}": Policy(),
        f"a share of {Policy().new_share}, budget {half}": replace(Policy(), new_budget=half),
    }
    names = ("below budget", "beyond it", "shown at all", "met budget", "most shown")
    print(f"\n{f'new tracks, {len(new)}: share of places':40}" + "".join(f"{name:>14}" for name in names))
    for name, policy in policies.items():
        rows = pages(app, audience, policy)
        times = np.bincount(rows[rows >= 0], minlength=audience.world.n_tracks)[new]
        places, below = max(1, int((rows >= 0).sum())), np.minimum(times, policy.new_budget).sum()
        shares = (below / places, (times.sum() - below) / places, (times > 0).mean(), (times >= policy.new_budget).mean())
        print(f"  {name:38}" + "".join(f"{share:14.3f}" for share in shares) + f"{times.max():14}")


def _head(title: str) -> None:
    names = ("novelty", "distance", "heard", "known", "loved", "disliked", "hits", "full", "cover", "gini")
    print(f"{title:42}" + "".join(f"{name:>10}" for name in names))


def _line(name: str, means: Shown) -> None:
    print(f"  {name:40}" + "".join(f"{value:10.3f}" for value in astuple(means)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=6_000)
    parser.add_argument("--listeners", type=int, default=1_000)
    parser.add_argument("--adventurers", type=int, default=200, help="listeners who turn the dial")
    parser.add_argument("--no-training", action="store_true", help="leave the collaborative space out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
