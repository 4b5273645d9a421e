"""A synthetic library with genres, and listeners whose taste is known: what an engine should find out can be looked up.

Sounds and words lie as real ones do: two tracks of a genre near cosine .35 in sound and .7 in words, of an artist nearer, of two
genres near 0 and .3. Tracks differ in popularity by Zipf's law, and a few are new.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from infra.wiring import App
from recommender.interactions import Interaction, Kind
from recommender.payload import payload_of
from recommender.ports.index import Point
from recommender.serving import Serving
from recommender.tracks import Metadata, Track, TrackStatus

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DURATION_MS = 200_000
TRACKS_AN_ARTIST = 10
NEW_SHARE = 0.03
VERSION = "simulated"

Rows = NDArray[np.float64]
Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A library.

    Attributes
    ----------
    genre_of
        Shape (n_tracks,): the genre of each track.
    audio, text
        Unit rows.
    popularity
        Shape (n_tracks,), summing to 1; a new track has none.
    new
        Shape (n_tracks,): whether a track is new.
    """

    n_genres: int
    genre_of: Numbers
    audio: Rows
    text: Rows
    popularity: Rows
    new: NDArray[np.bool_]

    @property
    def n_tracks(self) -> int:
        """Number of tracks."""
        return len(self.genre_of)


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """Somebody whose taste is known.

    Attributes
    ----------
    likes
        Genre to its share of the listening, summing to 1, each at least 0.15.
    acts
        What the engine is told: (track, kind, share heard, days ago).
    held_out
        Tracks that the listener would like, which the engine is not told.
    """

    name: str
    likes: dict[int, float]
    dislikes: frozenset[int]
    acts: tuple[tuple[int, Kind, float, float], ...]
    held_out: frozenset[int]


def world_of(tracks: int, *, genres: int = 20, seed: int = 3) -> World:
    """Return a library of that many tracks, the genres of equal size."""
    rng = np.random.default_rng(seed)
    artists = -(-tracks // TRACKS_AN_ARTIST)
    artist_of = np.arange(tracks) // TRACKS_AN_ARTIST
    genre_of = (artist_of % genres).astype(np.intp)
    new = rng.random(tracks) < NEW_SHARE
    popularity = np.where(new, 0.0, 1.0 / (1.0 + rng.permutation(tracks)) ** 0.8)

    def placed(dim: int, shared: float, of_genre: float, of_artist: float) -> Rows:
        parts = (
            (shared, _unit(rng.normal(size=(1, dim)))[np.zeros(tracks, np.intp)]),
            (of_genre, _unit(rng.normal(size=(genres, dim)))[genre_of]),
            (of_artist, _unit(rng.normal(size=(artists, dim)))[artist_of]),
            (1.0 - shared - of_genre - of_artist, _unit(rng.normal(size=(tracks, dim)))),
        )
        return _unit(sum((np.sqrt(share) * rows for share, rows in parts), start=np.zeros((tracks, dim))))

    return World(genres, genre_of, placed(144, 0.0, 0.35, 0.25), placed(384, 0.3, 0.4, 0.15), popularity / popularity.sum(), new)


def listeners_of(world: World, count: int, *, acts: int = 60, noise: float = 0.15, held_out: int = 10, seed: int = 5) -> Iterator[Listener]:
    """Yield listeners of two to four genres who avoid two others, and play or skip anything at random now and then."""
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        chosen = rng.permutation(world.n_genres)
        liked, disliked = chosen[: int(rng.integers(2, 5))], chosen[4:6]
        shares = 0.15 + (1.0 - 0.15 * len(liked)) * rng.dirichlet(np.full(len(liked), 2.0))
        appeal = _appeal(world, liked, shares, rng)
        loved = rng.choice(world.n_tracks, min(held_out + acts, int((appeal > 0).sum())), replace=False, p=appeal)
        told = loved[held_out:]
        yield Listener(
            name=f"simulated-{number}",
            likes={int(genre): float(share) for genre, share in zip(liked, shares, strict=True)},
            dislikes=frozenset(int(genre) for genre in disliked),
            acts=tuple(_act(world, told, disliked, noise, rng) for _ in range(acts)),
            held_out=frozenset(int(track) for track in loved[:held_out]),
        )


def filled(app: App, world: World, *, part: int = 2_000) -> None:
    """Put a library straight into the stores."""
    for numbers in np.array_split(np.arange(world.n_tracks), max(1, world.n_tracks // part)):
        tracks = [_track(world, int(number)) for number in numbers]
        app.stores.index.upsert(
            [
                Point(
                    track.track_id,
                    {"audio_a": world.audio[at].astype(np.float32), "text": world.text[at].astype(np.float32)},
                    payload_of(track),
                )
                for at, track in zip(numbers, tracks, strict=True)
            ]
        )
        app.stores.catalog.put_many(tracks)
    revision = app.stores.serving.get().revision
    app.stores.serving.put(Serving(audio_version=VERSION, text_version=VERSION, revision=revision))


def listened(app: App, listener: Listener) -> str:
    """Let a listener's acts go through the listen walk, and return the pseudonym under which they are known."""
    user = app.pseudonyms.of(listener.name)
    app.feedback.record(
        [
            Interaction(
                interaction_id=f"{user} {number}",
                user=user,
                track_id=id_of(track),
                kind=kind,
                at=NOW - timedelta(days=days_ago),
                heard_ms=None if kind is Kind.LIKE else round(share * DURATION_MS),
            )
            for number, (track, kind, share, days_ago) in enumerate(listener.acts)
        ],
        now=NOW,
    )
    return user


def id_of(track: int) -> str:
    """Return the id of a track by its number."""
    return f"simulated-{track}"


def number_of(track_id: str) -> int:
    """Return the number of a track by its id."""
    return int(track_id.rpartition("-")[2])


def _appeal(world: World, liked: Numbers, shares: Rows, rng: np.random.Generator) -> Rows:
    """Return how likely a listener is to love each track: by genre, by popularity, and by a favourite corner of each genre."""
    corner = _unit(rng.normal(size=(len(liked), world.audio.shape[1])))
    appeal = np.zeros(world.n_tracks)
    for genre, share, favourite in zip(liked, shares, corner, strict=True):
        members = np.flatnonzero(world.genre_of == genre)
        pull = world.popularity[members] ** 0.5 * np.exp(6.0 * (world.audio[members] @ favourite))
        appeal[members] = share * pull / max(pull.sum(), 1e-12)
    return np.asarray(appeal / appeal.sum())


def _act(world: World, loved: Numbers, disliked: Numbers, noise: float, rng: np.random.Generator) -> tuple[int, Kind, float, float]:
    """Return one act from 4 to 60 days ago: mostly a play of what is loved, some skips of what is disliked, some of anything at random."""
    days_ago, chance = float(rng.uniform(4, 60)), rng.random()
    if chance < noise:
        played = rng.random() < 0.5
        return int(rng.integers(world.n_tracks)), Kind.PLAY if played else Kind.SKIP, float(rng.uniform(0.02, 1.0)), days_ago
    if chance < noise + 0.15:
        members = np.flatnonzero(np.isin(world.genre_of, disliked))
        return int(rng.choice(members)), Kind.SKIP, float(rng.uniform(0.01, 0.05)), days_ago
    track = int(rng.choice(loved))
    if rng.random() < 0.1:
        return track, Kind.SKIP, float(rng.uniform(0.1, 0.4)), days_ago
    return track, Kind.LIKE if rng.random() < 0.15 else Kind.PLAY, float(rng.uniform(0.7, 1.0)), days_ago


def _track(world: World, number: int) -> Track:
    genre = int(world.genre_of[number])
    age = timedelta(days=7) if world.new[number] else timedelta(days=400)
    most = float(world.popularity.max())
    return Track(
        track_id=id_of(number),
        status=TrackStatus.READY,
        metadata=Metadata(
            title=f"Track {number}",
            artists=(f"Artist {number // TRACKS_AN_ARTIST}",),
            album=f"Album {number // TRACKS_AN_ARTIST}.{number % 2}",
            genres=(f"genre {genre}",),
            duration_ms=DURATION_MS,
            popularity=100.0 * (float(world.popularity[number]) / most) ** 0.3,
        ),
        added_at=NOW - age,
        versions={"audio": VERSION, "text": VERSION},
    )


def _unit(rows: Rows) -> Rows:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
