"""What listeners of like taste play: crowds of them, never one."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from embeddings.spaces import Space
from recommender.models import Models
from recommender.pages.asking import Ask, Because, Listed
from recommender.pages.sources.modes import tasted

CROWDS: Final = 3
# So many are looked at, of which the filters leave some.
_LOOKED_AT: Final = 150


@dataclass(frozen=True, slots=True)
class Listeners:
    """List what the crowds nearest to the user's collaborative vector play most."""

    models: Models

    def proposed(self, ask: Ask) -> list[Listed]:
        """Return one list, each track scored by the crowds that play it: the crowd's likeness times the share of it that does."""
        vectors = [taste.modes[0].vector for space, _, taste in tasted(ask) if space is Space.COLLAB and taste.modes]
        crowds = self.models.crowds(ask.serving.collab_version) if vectors and ask.weight("listeners") else None
        if crowds is None:
            return []
        scores: defaultdict[str, float] = defaultdict(float)
        for at, likeness in crowds.nearest(vectors[0], count=CROWDS):
            for track_id, share in crowds.tracks[at].items() if likeness > 0 else ():
                scores[track_id] += likeness * share
        known = ask.taste.heard if ask.taste else {}
        best = sorted((track_id for track_id in scores if track_id not in known), key=lambda track_id: (-scores[track_id], track_id))
        because = Because("listeners with a taste like yours play this")
        return [Listed("listeners", best[:_LOOKED_AT], ask.weight("listeners"), because)] if best else []
