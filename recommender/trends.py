"""What counts as popular: which acts are counted, and how they fade with whole days."""

from datetime import UTC, datetime
from typing import Final

from recommender.interactions import Interaction, Kind

# A play that was broken off earlier says nothing for the track.
LEAST_SHARE: Final = 0.3
_EPOCH_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC).toordinal()


def is_counted(interaction: Interaction) -> bool:
    """Tell whether an act adds to its track's popularity: likes, saves and plays not broken off, never a private one."""
    if interaction.private:
        return False
    if interaction.kind is Kind.PLAY:
        return interaction.share is None or interaction.share >= LEAST_SHARE
    return interaction.kind in {Kind.LIKE, Kind.SAVE}


def day_of(moment: datetime) -> int:
    """Return the UTC day of a moment, in days since 1970-01-01."""
    return moment.astimezone(UTC).toordinal() - _EPOCH_DAY


def faded(age_days: int, *, half_life_days: float) -> float:
    """Return what is left of one act after so many days: a half after each half-life."""
    return float(0.5 ** (age_days / half_life_days))
