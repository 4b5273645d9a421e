"""How much an interaction says of a taste: the weight of each kind, and how it fades with age.

| act | weight | source |
|---|---|---|
| play, share s heard | (s - 0.25) / 0.45, between -0.6 and 1 | confidence graded by how much was consumed: Hu, Koren, Volinsky, ICDM 2008 |
| play, share unknown | 0.7 | a little less than a whole play |
| skip before 10 s, or with unknown time | -0.6 | a quarter of streams end within 5 s, few from 5 to 10: Lamere, "The Skip", 2014 |
| skip later, share s heard | -0.6 + s, at most 0.2 | how long it played grades a skip: Brost, Mehrotra, Jehan, WWW 2019 |
| like / unlike | 2 / -1 | explicit acts are rare and say more than a play: Jawaheer, Szomszor, Kostkova, HetRec 2010 |
| save | 2.5 | an act that costs a place in a library; our choice |
| ban | -4 | outweighs any one act; our choice; one that was lifted or has ended says nothing |

So a play of a tenth (-0.33) is close to a skip at the same place (-0.5), and a skip at 5 s is distaste whatever the share. The weight of
a track is the sum over its acts, each halved every 60 days (exponential decay: Ding and Li, CIKM 2005), with repeated plays growing by
their logarithm (Hu et al. 2008, section 4). Within a session the half-life is 30 minutes. The half-lives are our choice.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from recommender.interactions import Interaction, Kind

HALF_LIFE_DAYS: Final = 60.0
SESSION_HALF_LIFE: Final = timedelta(minutes=30)
_HALF_LIFE: Final = timedelta(days=HALF_LIFE_DAYS)
EARLY_SKIP_MS: Final = 10_000
# What an explicit like says, and so a track that somebody names as their own.
LIKED: Final = 2.0
_EXPLICIT: Final = {Kind.LIKE: LIKED, Kind.UNLIKE: -1.0, Kind.SAVE: 2.5, Kind.BAN: -4.0, Kind.UNBAN: 0.0}


def weight_of(interaction: Interaction) -> float:
    """Return what one act says: positive for taste, negative for distaste, -4 to 2.5."""
    match interaction.kind:
        case Kind.PLAY:
            return 0.7 if interaction.share is None else min(1.0, max(-0.6, (interaction.share - 0.25) / 0.45))
        case Kind.SKIP:
            early = interaction.heard_ms is None or interaction.heard_ms < EARLY_SKIP_MS
            return -0.6 if early or interaction.share is None else min(0.2, -0.6 + interaction.share)
        case _:
            return _EXPLICIT[interaction.kind]


def faded(weight: float, *, at: datetime, now: datetime, half_life: timedelta = _HALF_LIFE) -> float:
    """Return a weight after its age: halved every ``half_life``; the future counts as now."""
    return float(weight * 0.5 ** (max(0.0, (now - at) / half_life)))


def track_weight(acts: Iterable[Interaction], *, now: datetime, half_life: timedelta = _HALF_LIFE) -> float:
    """Return the confidence in one track from all acts of one user on it: plays add up by their logarithm, the rest as they are."""
    plays = explicit = 0.0
    for act in acts:
        fresh = faded(weight_of(act), at=act.at, now=now, half_life=half_life)
        if act.kind is Kind.PLAY and fresh > 0:
            plays += fresh
        else:
            explicit += fresh
    return math.log2(1.0 + plays) + explicit
