"""The tables of the two kinds of files, as ordered migrations that are never edited once released."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file holds.

    Attributes
    ----------
    application_id
        Written into the file's header, so that no file is taken for another kind.
    migrations
        Statements by step; ``user_version`` counts the steps that a file has had.
    """

    name: str
    application_id: int
    migrations: tuple[tuple[str, ...], ...]


_CATALOG: Final = (
    """CREATE TABLE tracks (
        id INTEGER PRIMARY KEY, track_id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, status TEXT NOT NULL,
        content_hash TEXT, is_duplicate INTEGER NOT NULL, added_at INTEGER NOT NULL, body TEXT NOT NULL)""",
    "CREATE INDEX tracks_by_status ON tracks (status)",
    "CREATE TABLE links (alias TEXT PRIMARY KEY, track_id TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX links_by_track ON links (track_id)",
    "CREATE TABLE files (file_hash TEXT PRIMARY KEY, track_id TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX files_by_track ON files (track_id)",
    "CREATE TABLE contents (content_hash TEXT PRIMARY KEY, track_id TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX contents_by_track ON contents (track_id)",
    "CREATE TABLE raws (track_id TEXT PRIMARY KEY, recipe TEXT NOT NULL, raw BLOB NOT NULL)",
    # What goes in is folded and cut into words already; rowid is the track's id.
    "CREATE VIRTUAL TABLE names USING fts5 (title, artists, album, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3')",
)
_DUPLICATES: Final = ("CREATE INDEX tracks_by_original ON tracks (json_extract(body, '$.duplicate_of')) WHERE is_duplicate",)
# ``counted_day`` is the UTC day of an act that adds to popularity; the tables after the log are counters of these (see trends.py).
_LOG: Final = (
    """CREATE TABLE interactions (
        id INTEGER PRIMARY KEY, interaction_id TEXT NOT NULL UNIQUE, user TEXT NOT NULL, track_id TEXT NOT NULL, kind TEXT NOT NULL,
        at INTEGER NOT NULL, heard_ms INTEGER, share REAL, context TEXT, private INTEGER NOT NULL, recommendation_id TEXT,
        counted_day INTEGER)""",
    "CREATE INDEX interactions_by_user ON interactions (user, at DESC, interaction_id)",
    "CREATE INDEX interactions_by_time ON interactions (at, interaction_id)",
    "CREATE TABLE track_days (day INTEGER, track_id TEXT, acts INTEGER NOT NULL, PRIMARY KEY (day, track_id)) WITHOUT ROWID",
    "CREATE TABLE listeners (user TEXT, track_id TEXT, last_day INTEGER NOT NULL, PRIMARY KEY (user, track_id)) WITHOUT ROWID",
    """CREATE TABLE listener_days (
        track_id TEXT, last_day INTEGER, listeners INTEGER NOT NULL, PRIMARY KEY (track_id, last_day)) WITHOUT ROWID""",
    "CREATE TABLE trend_day (half_life_days REAL NOT NULL, window_days INTEGER NOT NULL, day INTEGER NOT NULL)",
    "CREATE TABLE trends (track_id TEXT PRIMARY KEY, plays REAL NOT NULL) WITHOUT ROWID",
    "CREATE INDEX trends_by_plays ON trends (plays DESC, track_id)",
)
_USERS: Final = (
    "CREATE TABLE tastes (user TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL)",
    "CREATE TABLE preferences (user TEXT PRIMARY KEY, body TEXT NOT NULL)",
    "CREATE TABLE impressions (id INTEGER PRIMARY KEY, user TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL)",
    "CREATE INDEX impressions_by_user ON impressions (user, at)",
    "CREATE INDEX impressions_by_time ON impressions (at)",
)
_VERSIONS: Final = (
    "CREATE TABLE serving (only INTEGER PRIMARY KEY CHECK (only = 1), revision INTEGER NOT NULL, body TEXT NOT NULL)",
    "CREATE TABLE receipts (receipt_id TEXT PRIMARY KEY, body TEXT NOT NULL)",
)
_PAGES: Final = (
    "ALTER TABLE impressions ADD COLUMN recommendation_id TEXT",
    "CREATE INDEX impressions_by_id ON impressions (recommendation_id)",
    "CREATE TABLE tallies (name TEXT, day INTEGER, key TEXT, value REAL NOT NULL, PRIMARY KEY (name, key, day)) WITHOUT ROWID",
    "CREATE INDEX tallies_by_day ON tallies (day)",
)
_MESSAGES: Final = (
    """CREATE TABLE messages (
        id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, queue TEXT NOT NULL, sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL,
        receive_count INTEGER NOT NULL DEFAULT 0, receipt TEXT, died_at INTEGER, reason TEXT, body TEXT NOT NULL)""",
    "CREATE INDEX messages_waiting ON messages (queue, visible_at, id) WHERE died_at IS NULL",
    "CREATE INDEX messages_in_flight ON messages (queue, visible_at) WHERE receipt IS NOT NULL",
    "CREATE INDEX messages_by_receipt ON messages (receipt) WHERE receipt IS NOT NULL",
    "CREATE INDEX messages_dead ON messages (queue, died_at, id) WHERE died_at IS NOT NULL",
)

# Bans that end have ``until``. Tastes that were stored before are in a form that is no longer read; they are made anew from the log.
_BANS: Final = (
    "ALTER TABLE interactions ADD COLUMN until INTEGER",
    "CREATE INDEX interactions_of_kind ON interactions (user, kind) WHERE kind <> 'play' AND kind <> 'skip'",
    "DELETE FROM tastes",
)

_AUDIT: Final = (
    """CREATE TABLE audit (
        number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT,
        outcome TEXT NOT NULL, before TEXT NOT NULL, digest TEXT NOT NULL)""",
    "CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT RAISE (ABORT, 'the audit log is never changed'); END",
    "CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE (ABORT, 'the audit log is never changed'); END",
    "CREATE TABLE keys (key_id TEXT PRIMARY KEY, body TEXT NOT NULL)",
)
# Names are found in the vector index.
_NO_NAMES: Final = ("DROP TABLE names",)
# ``user_name`` is the pseudonym for as long as the erasure is under way.
_ERASURES: Final = (
    """CREATE TABLE erasures (
        subject TEXT PRIMARY KEY, number INTEGER NOT NULL, asked_at INTEGER NOT NULL, erased INTEGER NOT NULL, user_name TEXT)""",
)

# So that the latest bans are found without looking at the others.
_LATEST_BANS: Final = (
    "DROP INDEX interactions_of_kind",
    """CREATE INDEX interactions_of_kind ON interactions (user, kind, at DESC, interaction_id)
        WHERE kind <> 'play' AND kind <> 'skip'""",
)

_STEPS: Final = ((*_CATALOG, *_LOG, *_USERS, *_VERSIONS), _DUPLICATES, _PAGES, _BANS, _AUDIT, _NO_NAMES, _ERASURES, _LATEST_BANS)
STATE: Final = Schema("state", 0x53455331, _STEPS)
QUEUES: Final = Schema("queues", 0x53455131, (_MESSAGES,))
