"""How much an interaction says of a taste: the weight of each kind, and how it fades with age.

| act | weight | source |
|---|---|---|
| play, share s heard | (s - 0.1) / 0.6, between -0.2 and 1 | plays as graded confidence: Hu, Koren, Volinsky, ICDM 2008 |
| play, share unknown | 0.7 | a little less than a whole play |
| skip before 10 s, or with unknown time | -0.6 | early skips are the clearest dislike a listener shows without a word |
| skip later, share s heard | -0.6 + s, at most 0.2 | half heard is neither liked nor disliked |
| like / unlike | 2 / -1 | an explicit act outweighs listening |
| save | 2.5 | an act that costs a place in a library |
| ban | -4 | |

The weight of a track is the sum over its acts, each halved every 60 days, with repeated plays growing by their logarithm.
"""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from recommender.interactions import Interaction, Kind

HALF_LIFE_DAYS: Final = 60.0
EARLY_SKIP_MS: Final = 10_000
_EXPLICIT: Final = {Kind.LIKE: 2.0, Kind.UNLIKE: -1.0, Kind.SAVE: 2.5, Kind.BAN: -4.0}


def weight_of(interaction: Interaction) -> float:
    """Return what one act says: positive for taste, negative for distaste, -4 to 2.5."""
    match interaction.kind:
        case Kind.PLAY:
            return 0.7 if interaction.share is None else min(1.0, max(-0.2, (interaction.share - 0.1) / 0.6))
        case Kind.SKIP:
            early = interaction.heard_ms is None or interaction.heard_ms < EARLY_SKIP_MS
            return -0.6 if early or interaction.share is None else min(0.2, -0.6 + interaction.share)
        case _:
            return _EXPLICIT[interaction.kind]


def faded(weight: float, *, at: datetime, now: datetime, half_life_days: float = HALF_LIFE_DAYS) -> float:
    """Return a weight after its age: halved every ``half_life_days``; the future counts as now."""
    age_days = max(0.0, (now - at).total_seconds() / 86_400)
    return float(weight * 0.5 ** (age_days / half_life_days))


def track_weight(acts: Iterable[Interaction], *, now: datetime) -> float:
    """Return the confidence in one track from all acts of one user on it: plays add up by their logarithm, the rest as they are."""
    plays = explicit = 0.0
    for act in acts:
        fresh = faded(weight_of(act), at=act.at, now=now)
        if act.kind is Kind.PLAY and fresh > 0:
            plays += fresh
        else:
            explicit += fresh
    return math.log2(1.0 + plays) + explicit
