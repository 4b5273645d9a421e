"""The demo catalogue: sixty invented pieces in ten styles, each synthesised when it is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from infra.demo.repertoire import REPERTOIRES, Repertoire
from infra.demo.sketch import Sketch
from infra.demo.styles import STYLES
from infra.demo.tones import Samples

_TRACKS_PER_ALBUM = 2
_EXPLICIT = 5


@dataclass(frozen=True)
class DemoTrack:
    """An invented track; its style and seed decide every sample of it."""

    title: str
    artists: tuple[str, ...]
    album: str
    year: int
    genres: tuple[str, ...]
    tags: tuple[str, ...]
    explicit: bool
    style: str
    seed: int

    @property
    def sketch(self) -> Sketch:
        """The plan of the piece: tempo, key, chords."""
        return STYLES[self.style].sketch(self.seed)

    @property
    def duration_ms(self) -> int:
        """How long the piece is."""
        return round(1_000 * self.sketch.seconds)

    def samples(self) -> Samples:
        """Synthesise the piece: (n,) or (n, 2) samples at infra.demo.tones.RATE, within -1..1, the same each time."""
        return STYLES[self.style].play(self.seed)


def demo_tracks(seed: int = 7) -> list[DemoTrack]:
    """Return the catalogue: three albums of two tracks in each style, the same for the same seed."""
    rng = np.random.default_rng(seed)
    tracks = [track for repertoire in REPERTOIRES for track in _tracks_of(repertoire, rng)]
    outspoken = {repertoire.style for repertoire in REPERTOIRES if repertoire.explicit}
    eligible = [place for place, track in enumerate(tracks) if track.style in outspoken]
    for place in rng.choice(eligible, _EXPLICIT, replace=False):
        tracks[place] = replace(tracks[place], explicit=True)
    return tracks


def _tracks_of(repertoire: Repertoire, rng: np.random.Generator) -> Iterator[DemoTrack]:
    titles = iter(rng.permutation(repertoire.titles))
    for artist, album in repertoire.albums:
        year = int(rng.integers(repertoire.years[0], repertoire.years[1] + 1))
        guests = [other for other, _ in repertoire.albums if other != artist]
        for _ in range(_TRACKS_PER_ALBUM):
            guest = (str(rng.choice(guests)),) if rng.random() < 0.12 else ()
            moods = rng.choice(repertoire.moods, int(rng.integers(2, 4)), replace=False)
            yield DemoTrack(
                title=str(next(titles)),
                artists=(artist, *guest),
                album=album,
                year=year,
                genres=(*repertoire.genres, *_besides(repertoire, rng)),
                tags=tuple(str(mood) for mood in moods),
                explicit=False,
                style=repertoire.style,
                seed=int(rng.integers(2**31)),
            )


def _besides(repertoire: Repertoire, rng: np.random.Generator) -> tuple[str, ...]:
    room = 3 - len(repertoire.genres)
    return tuple(word for word in repertoire.also if rng.random() < 0.45)[:room]
