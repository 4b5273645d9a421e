"""The invented names of the demo: who plays each style, what their albums and pieces are called, and in which words they are filed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Repertoire:
    """The names one style draws on.

    Attributes
    ----------
    style : a name in infra.demo.styles
    genres : words that every piece is filed under
    also : words that some pieces are filed under besides
    moods : tags to choose from
    albums : (artist, album); an artist may turn up in another style with another album
    titles : at least as many as the style has pieces
    years : first and last year of an album
    explicit : whether its words may be explicit
    """

    style: str
    genres: tuple[str, ...]
    also: tuple[str, ...]
    moods: tuple[str, ...]
    albums: tuple[tuple[str, str], ...]
    titles: tuple[str, ...]
    years: tuple[int, int]
    explicit: bool = False


REPERTOIRES = (
    Repertoire(
        style="ambient",
        genres=("ambient",),
        also=("electronic", "classical"),
        moods=("calm", "sleep", "drifting", "wide", "meditative"),
        albums=(("Halden Weather", "Tidal Rooms"), ("Ines Vallmark", "A Slow Season"), ("Ottobrine", "Cloud Ledger")),
        titles=(
            "Snow Without Wind",
            "Lantern Bay",
            "Low Cloud, Late",
            "The Far Shore Breathes",
            "Glass Meadow",
            "Northern Idle",
            "Hours of Moss",
        ),
        years=(2011, 2024),
    ),
    Repertoire(
        style="piano ballad",
        genres=("classical",),
        also=("jazz", "ambient"),
        moods=("calm", "tender", "rainy", "solo piano", "melancholic"),
        albums=(("Ines Vallmark", "Letters Unposted"), ("Teodor Hask", "Eleven Small Rooms"), ("Marisol Quenby", "The Window Seat")),
        titles=(
            "For an Empty Chair",
            "October Stairs",
            "Paper Boats",
            "The Second Goodbye",
            "Warm Rain on Slate",
            "Her Handwriting",
            "Sunday, Unhurried",
        ),
        years=(1998, 2023),
    ),
    Repertoire(
        style="techno",
        genres=("techno", "electronic"),
        also=(),
        moods=("night", "driving", "club", "hypnotic", "workout"),
        albums=(("Grid Heron", "Substation"), ("Anode Picnic", "Warehouse Arithmetic"), ("Kasimir Volt", "Three Phase")),
        titles=("Relay", "Pressure Hall", "Concrete Pulse", "Night Shift 04", "Transformer", "Loading Bay", "Strobe Theory"),
        years=(1996, 2024),
    ),
    Repertoire(
        style="drum and bass",
        genres=("drum and bass", "electronic"),
        also=("techno",),
        moods=("night", "fast", "restless", "workout", "urban"),
        albums=(("Grid Heron", "Rolling Stock"), ("Sable Circuit", "Undertow City"), ("Pilot Moth", "Flicker")),
        titles=("Ring Road", "Shatterproof", "Last Train Under", "Tunnel Vision 174", "Neon Puddles", "Escape Velocity", "Switchback"),
        years=(1997, 2022),
        explicit=True,
    ),
    Repertoire(
        style="chiptune",
        genres=("chiptune",),
        also=("electronic", "rock"),
        moods=("playful", "bright", "retro", "fast", "games"),
        albums=(("Voxel Parade", "Continue?"), ("Tiny Cartridge Club", "Save Point"), ("Pixie Overflow", "Eight Bits of Sugar")),
        titles=("Boss Door", "Coin Meadow", "Jump Height", "Castle of Crumbs", "Sprite Parade", "World 3, Again", "High Score Summer"),
        years=(2005, 2024),
    ),
    Repertoire(
        style="folk",
        genres=("folk",),
        also=("classical", "rock"),
        moods=("warm", "acoustic", "morning", "travel", "tender"),
        albums=(("Bramble Court", "Hedgerow Songs"), ("Wren Aldaker", "The Long Way to Market"), ("Sorrel and Stone", "Orchard Year")),
        titles=(
            "Barley Moon",
            "The Ferryman's Coat",
            "Kettle Lane",
            "Nine Miles of Heather",
            "Woodsmoke",
            "Swallow's Return",
            "Cider and Salt",
        ),
        years=(1974, 2021),
    ),
    Repertoire(
        style="waltz",
        genres=("orchestral", "classical"),
        also=("folk",),
        moods=("elegant", "sweeping", "melancholic", "dance", "cinematic"),
        albums=(
            ("Bramble Court", "Dances for a Small Hall"),
            ("The Lindenau Strings", "Winter Ballroom"),
            ("Orchestra Petrichor", "Scenes in Three"),
        ),
        titles=(
            "The Mirror Staircase",
            "Valse of the Clockmaker",
            "Carriages at Two",
            "Velvet and Frost",
            "A Masked Farewell",
            "The Grand Canal",
        ),
        years=(1961, 2019),
    ),
    Repertoire(
        style="funk",
        genres=("funk",),
        also=("jazz", "hip hop"),
        moods=("groovy", "party", "bright", "dance", "summer"),
        albums=(("Low Tram", "Change at Central"), ("The Marmalade Syndicate", "Sticky Business"), ("Dolores Bricks", "Hip Joint")),
        titles=(
            "Butter the Street",
            "Elbow Room",
            "Corner Store Strut",
            "Nickel Slick",
            "Get Off the Couch",
            "Peach Pit Stomp",
            "Double Knot",
        ),
        years=(1972, 2020),
        explicit=True,
    ),
    Repertoire(
        style="metal",
        genres=("metal", "rock"),
        also=(),
        moods=("aggressive", "dark", "loud", "workout", "fast"),
        albums=(("Ashen Verdict", "Throne of Cinders"), ("Gravemill", "Iron Harvest"), ("Ninth Furnace", "Smelter")),
        titles=(
            "Teeth of the Mountain",
            "Hollow Crown Burning",
            "Plague Bell",
            "March of Rust",
            "No Mercy for Kings",
            "Black Anvil",
            "Wolf Year",
        ),
        years=(1986, 2022),
        explicit=True,
    ),
    Repertoire(
        style="lo-fi hip hop",
        genres=("hip hop",),
        also=("jazz", "electronic"),
        moods=("mellow", "study", "rainy", "late night", "nostalgic"),
        albums=(("Low Tram", "Night Bus Home"), ("Softly Kuroda", "Desk Lamp Tapes"), ("Mellow Cartographer", "Maps of Nowhere Much")),
        titles=(
            "Cold Noodles, 3 a.m.",
            "Cassette Weather",
            "Half a Dream Left",
            "Library Window",
            "Steam on the Glass",
            "Homework Moon",
            "Slow Elevator",
        ),
        years=(2014, 2024),
        explicit=True,
    ),
)
"""Every style's names, in the order of infra.demo.styles."""
