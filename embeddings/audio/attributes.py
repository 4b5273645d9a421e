"""The readable attributes of a track: names, ranges, and how each is found."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Attribute:
    """Document one attribute.

    Attributes
    ----------
    low, high
        The range its values lie in, both ends included.
    unit
        What the value counts; empty for a degree between two ends.
    meaning
        What it says, how it is computed, and whether it is a heuristic.
    """

    name: str
    low: float
    high: float
    unit: str
    meaning: str


ATTRIBUTES: Final = (
    Attribute(
        "tempo",
        30.0,
        300.0,
        "BPM",
        "Speed of the beat: the best comb over the autocorrelation of onset strength. Its usual error is half or double of what is tapped.",
    ),
    Attribute(
        "energy",
        0.0,
        1.0,
        "",
        "Heuristic: 1 is dense, noisy and eventful, 0 is calm. From spectral flatness, contrast and onset flux; level plays no part.",
    ),
    Attribute(
        "danceability",
        0.0,
        1.0,
        "",
        "Heuristic: 1 is a clear and regular beat between 60 and 215 BPM, 0 is none. From the autocorrelation of onsets and their flux.",
    ),
    Attribute(
        "loudness",
        -70.0,
        0.0,
        "LUFS",
        "Integrated loudness by ITU-R BS.1770-4 (pyloudnorm) of what is heard, below 9.5 to 11 kHz; anything quieter than -70 is -70.",
    ),
    Attribute(
        "acousticness",
        0.0,
        1.0,
        "",
        "Heuristic: 1 is clear partials over quiet valleys with little bass, noise and attack, 0 is distorted, compressed or synthesised.",
    ),
    Attribute(
        "instrumentalness",
        0.0,
        1.0,
        "",
        "Weak heuristic: 1 is little movement at the rate of syllables (2.5 to 7 Hz) between 800 Hz and 3 kHz. Busy drums pass for words.",
    ),
    Attribute("brightness", 0.0, 1.0, "", "Mean share of power above 1,500 Hz in a frame (Juslin 2000, as in the MIR Toolbox)."),
    Attribute(
        "key",
        -1.0,
        11.0,
        "pitch class",
        "Whole number: 0 is C, 11 is B, -1 is none. Best correlation of tuned chroma with the profiles of Albrecht and Shanahan 2013.",
    ),
    Attribute("mode", 0.0, 1.0, "", "1 is major, 0 is minor, of the best profile; says little where key is -1."),
)
