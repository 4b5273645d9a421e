"""The constants of the recipe that frames, families and attributes agree on."""

from typing import Final

RECIPE: Final = 1
RATE: Final = 22_050
WINDOW: Final = 2_048
HOP: Final = 512
FRAMES_PER_SECOND: Final = RATE / HOP
# Nothing above survives a 64 kbit/s mp3 or a 22.05 kHz copy, so nothing above is heard.
TOP_HZ: Final = 9_500.0
BINS: Final = int(TOP_HZ * WINDOW / RATE) + 1
MELS: Final = 96
LEVEL: Final = 0.1
FLOOR_DB: Final = -60.0
