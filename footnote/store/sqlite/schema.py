"""Tables of the embedded store, and migrations of older files.

Every connection provides the SQL function `separated`.
"""

FIRST = """
CREATE TABLE generations (
    name TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    chunking TEXT NOT NULL,
    live INTEGER NOT NULL,
    live_until TEXT
) STRICT;
CREATE UNIQUE INDEX one_is_live ON generations (live) WHERE live = 1;

CREATE TABLE manifests (
    id TEXT PRIMARY KEY,
    uri TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    version TEXT NOT NULL,
    etag TEXT NOT NULL,
    digest TEXT NOT NULL,
    held TEXT NOT NULL,
    title TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    groups TEXT NOT NULL,
    reason TEXT,
    modified_at TEXT,
    indexed_at TEXT NOT NULL,
    revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE chunks (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    generation TEXT NOT NULL,
    document TEXT NOT NULL,
    version TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    text TEXT NOT NULL,
    context TEXT NOT NULL,
    headings TEXT NOT NULL,
    page INTEGER,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    vector BLOB NOT NULL,
    gap TEXT NOT NULL,
    marks TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX chunk_identity ON chunks (document, version, generation, ordinal);

CREATE TABLE staged (
    document TEXT PRIMARY KEY,
    uri TEXT NOT NULL,
    key TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE words USING fts5 (
    context, text, content='chunks', content_rowid='row',
    tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
    INSERT INTO words (rowid, context, text) VALUES (new.row, new.context, new.text);
END;
CREATE TRIGGER chunk_removed AFTER DELETE ON chunks BEGIN
    INSERT INTO words (words, rowid, context, text)
    VALUES ('delete', old.row, old.context, old.text);
END;

PRAGMA user_version = 3;
"""

DRIFT = """
CREATE TABLE drift (
    compared_at TEXT PRIMARY KEY,
    new INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    behind INTEGER NOT NULL,
    leftovers INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 4;
"""

SEPARATED = """
DROP TRIGGER chunk_added;
DROP TRIGGER chunk_removed;
DROP TABLE words;

CREATE VIRTUAL TABLE words USING fts5 (
    context, text, content='chunks', content_rowid='row',
    tokenize="porter unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
    INSERT INTO words (rowid, context, text)
    VALUES (new.row, separated(new.context), separated(new.text));
END;
CREATE TRIGGER chunk_removed AFTER DELETE ON chunks BEGIN
    INSERT INTO words (words, rowid, context, text)
    VALUES ('delete', old.row, separated(old.context), separated(old.text));
END;
INSERT INTO words (rowid, context, text) SELECT row, separated(context), separated(text) FROM chunks;

PRAGMA user_version = 5;
"""

MIGRATIONS = {0: FIRST, 3: DRIFT, 4: SEPARATED}
"""Scripts by the version of the file that they bring to a later one."""
VERSION = 5
