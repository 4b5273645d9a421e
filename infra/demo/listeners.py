"""Forty invented listeners with different tastes, and what each of them played, skipped, liked, saved and banned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from infra.demo.catalogue import DemoTrack

Kind = Literal["play", "skip", "like", "unlike", "save", "ban"]

WINDOW = timedelta(days=30)
"""How far back the listening goes."""

_NAMES = (  # noqa: SIM905  # a list would take forty lines
    "ada anouk bashir bela chidi clara dimitri edda emre farah freya gael hana ibrahim ilse jonas juno kwame lena luca "
    "maeve mateo mei nadia noor olek paloma priya quentin rosa samir selma tariq tove uma vito wanda xenia yusuf zora"
).split()
_ENJOYS, _TOLERATES, _AVOIDS = 0.9, 0.5, 0.08


@dataclass(frozen=True)
class DemoListener:
    """Someone's taste: the styles they like, those they avoid, and how often they stay with what they like."""

    user_id: str
    likes: tuple[str, ...]
    avoids: frozenset[str]
    loyalty: float


@dataclass(frozen=True)
class DemoListen:
    """One interaction of a listener with a track.

    Attributes
    ----------
    track : its place in the catalogue
    heard_ms : how much of it was heard; None unless played or skipped
    """

    user_id: str
    track: int
    kind: Kind
    heard_ms: int | None
    at: datetime


def demo_audience(tracks: Sequence[DemoTrack], *, seed: int = 7) -> list[DemoListener]:
    """Return the listeners: every style has someone who likes it first, and who likes one style tends to like its kin."""
    rng = np.random.default_rng((seed, 0))
    styles = list(dict.fromkeys(track.style for track in tracks))
    kinship = _kinship(tracks, styles)
    return [_listener(name, place % len(styles), styles, kinship, rng) for place, name in enumerate(_NAMES)] if styles else []


def demo_listeners(tracks: Sequence[DemoTrack], *, seed: int = 7, now: datetime) -> list[DemoListen]:
    """Return what the listeners did in the 30 days before `now`, oldest first: 30 to 80 interactions each.

    A few tracks are popular with everybody and most are not (Zipf's law with exponent 0.6), and each listener has
    favourites of their own.
    """
    rng = np.random.default_rng((seed, 1))
    popularity = 1.0 / (1.0 + rng.permutation(len(tracks))) ** 0.6
    listens = [
        listen
        for listener in demo_audience(tracks, seed=seed)
        for listen in _Listening(listener, tracks, popularity * rng.exponential(size=len(tracks)), rng).until(now.astimezone(UTC))
    ]
    return sorted(listens, key=lambda listen: (listen.at, listen.user_id))


@dataclass
class _Listening:
    """A listener at the player, with what they have come to like and to ban."""

    listener: DemoListener
    tracks: Sequence[DemoTrack]
    favour: NDArray[np.float64]
    rng: np.random.Generator
    liked: set[int] = field(default_factory=set)
    banned: set[int] = field(default_factory=set)

    def until(self, now: datetime) -> Iterator[DemoListen]:
        count = int(self.rng.integers(30, 81))
        sessions = 1 + count // 12
        # a session lasts minutes: none that begins an hour before the end can run over it
        ages = np.sort(self.rng.uniform(1 / 24, WINDOW / timedelta(days=1), sessions))[::-1]
        shares = np.diff(np.linspace(0, count, sessions + 1).astype(int))
        for age, share in zip(ages, shares, strict=True):
            yield from self._session(now - timedelta(days=float(age)), int(share))

    def _session(self, at: datetime, count: int) -> Iterator[DemoListen]:
        while count > 0:
            track = self._choice()
            for kind, heard_ms in self._reaction(track)[:count]:
                at += timedelta(milliseconds=(heard_ms or 0) + int(self.rng.integers(500, 4_000)))
                count -= 1
                self._remember(track, kind)
                yield DemoListen(self.listener.user_id, track, kind, heard_ms, at)

    def _choice(self) -> int:
        loyal = self.rng.random() < self.listener.loyalty
        weights = self.favour.copy()
        for place, track in enumerate(self.tracks):
            if place in self.banned or (loyal and track.style not in self.listener.likes):
                weights[place] = 0.0
        weights = weights if weights.any() else self.favour
        return int(self.rng.choice(len(self.tracks), p=weights / weights.sum()))

    def _reaction(self, track: int) -> list[tuple[Kind, int | None]]:
        style, duration = self.tracks[track].style, self.tracks[track].duration_ms
        enjoyment = _ENJOYS if style in self.listener.likes else _AVOIDS if style in self.listener.avoids else _TOLERATES
        if self.rng.random() < enjoyment:
            return [("play", round(duration * min(1.0, self.rng.uniform(0.7, 1.2)))), *self._after_play(track, enjoyment)]
        return [("skip", round(duration * self.rng.uniform(0.03, 0.3))), *self._after_skip(enjoyment)]

    def _after_play(self, track: int, enjoyment: float) -> list[tuple[Kind, int | None]]:
        chance = self.rng.random() / enjoyment
        if track in self.liked:
            return [("unlike", None)] if chance < 0.05 else []
        return [("like", None)] if chance < 0.14 else [("save", None)] if chance < 0.2 else []

    def _after_skip(self, enjoyment: float) -> list[tuple[Kind, int | None]]:
        return [("ban", None)] if self.rng.random() < 0.35 * (1 - enjoyment) ** 2 else []

    def _remember(self, track: int, kind: Kind) -> None:
        if kind == "like":
            self.liked.add(track)
        elif kind == "unlike":
            self.liked.remove(track)
        elif kind == "ban":
            self.banned.add(track)


def _kinship(tracks: Sequence[DemoTrack], styles: Sequence[str]) -> NDArray[np.float64]:
    genres = {style: {genre for track in tracks if track.style == style for genre in track.genres} for style in styles}
    return np.array([[0.05 + len(genres[a] & genres[b]) / len(genres[a] | genres[b]) for b in styles] for a in styles])


def _listener(name: str, first: int, styles: Sequence[str], kinship: NDArray[np.float64], rng: np.random.Generator) -> DemoListener:
    wanted = min(len(styles), int(rng.choice((1, 2, 3), p=(0.3, 0.45, 0.25))))
    liked = [first]
    while len(liked) < wanted:
        kin = kinship[liked].sum(axis=0)
        kin[liked] = 0.0
        liked.append(int(rng.choice(len(styles), p=kin / kin.sum())))
    others = [style for place, style in enumerate(styles) if place not in liked]
    avoided = rng.permutation(others)[: int(rng.integers(0, 3))]
    return DemoListener(name, tuple(styles[place] for place in liked), frozenset(map(str, avoided)), float(rng.uniform(0.65, 0.9)))
