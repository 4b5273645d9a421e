"""Finding tracks by the words of their names, in an FTS5 table."""

import re
import sqlite3
from typing import Final

from recommender.identity import fold
from recommender.tracks import Metadata

_WORD: Final = re.compile(r"[^\W_]+")
_EXACT: Final = """
    SELECT tracks.track_id FROM names JOIN tracks ON tracks.id = names.rowid
    WHERE names MATCH ? AND names.title = ? ORDER BY tracks.track_id LIMIT ?"""
# A word in the title tells more than one in the artists, and that more than one in the album.
_RANKED: Final = """
    SELECT tracks.track_id FROM names JOIN tracks ON tracks.id = names.rowid
    WHERE names MATCH ? ORDER BY bm25(names, 4.0, 2.0, 1.0), tracks.track_id LIMIT ?"""
_UNRANKED: Final = "SELECT tracks.track_id FROM names JOIN tracks ON tracks.id = names.rowid WHERE names MATCH ? LIMIT ?"
_IS_VAGUE: Final = "SELECT 1 FROM names WHERE names MATCH ? LIMIT 1 OFFSET 5000"


def write_names(connection: sqlite3.Connection, row: int, metadata: Metadata) -> None:
    """Let the track of this row be found by its names."""
    names = (metadata.title, " ".join(metadata.artists), metadata.album or "")
    connection.execute("INSERT INTO names (rowid, title, artists, album) VALUES (?, ?, ?, ?)", (row, *(_folded(name) for name in names)))


def forget_names(connection: sqlite3.Connection, row: int) -> None:
    """Let the track of this row no longer be found."""
    connection.execute("DELETE FROM names WHERE rowid = ?", (row,))


def find_names(connection: sqlite3.Connection, words: str, *, limit: int) -> list[str]:
    """Return ids of tracks whose names hold all the words, the last as a prefix: a title that is just these words first, then by BM25.

    Words that thousands of tracks hold, as one letter does, are answered without a ranking, which would say nothing and take seconds.
    """
    asked = _folded(words)
    if not asked:
        return []
    exact = connection.execute(_EXACT, (f'title : ^ "{asked}"', asked, limit)).fetchall()
    match = " AND ".join(f'"{word}"' for word in asked.split()) + " *"
    is_vague = connection.execute(_IS_VAGUE, (match,)).fetchone() is not None
    others = connection.execute(_UNRANKED if is_vague else _RANKED, (match, limit)).fetchall()
    return list(dict.fromkeys(track_id for (track_id,) in exact + others))[:limit]


def _folded(name: str) -> str:
    """Return the folded words of a name; half a surrogate pair, which a file name may hold, is no word."""
    return " ".join(_WORD.findall(fold(name)))
