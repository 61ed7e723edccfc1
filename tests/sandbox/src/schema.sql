-- Instants are seconds of Unix time, money is kopecks. `seq` is the place of a row's last change in
-- the feeds: every change takes the next number, so a changed row moves to the end.

CREATE TABLE IF NOT EXISTS counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS member (
    member_id TEXT PRIMARY KEY,
    phone TEXT NOT NULL UNIQUE,
    joined TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS code (
    phone TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    requests INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    attempts_left INTEGER NOT NULL,
    used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS session (
    session_id INTEGER PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES member (member_id),
    ended INTEGER NOT NULL
) STRICT;

-- A session has a chain of pairs: a refresh adds one, and the first use of a pair kills the refresh
-- tokens before it.
CREATE TABLE IF NOT EXISTS token_pair (
    session_id INTEGER NOT NULL REFERENCES session (session_id),
    generation INTEGER NOT NULL,
    access_token TEXT NOT NULL UNIQUE,
    access_until INTEGER NOT NULL,
    refresh_token TEXT NOT NULL UNIQUE,
    refresh_dead INTEGER NOT NULL,
    PRIMARY KEY (session_id, generation)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS receipt (
    number INTEGER PRIMARY KEY,
    receipt_id TEXT NOT NULL UNIQUE,
    member_id TEXT NOT NULL REFERENCES member (member_id),
    seq INTEGER NOT NULL UNIQUE,
    drive_number TEXT NOT NULL,
    document_number INTEGER NOT NULL,
    fiscal_sign INTEGER NOT NULL,
    operation TEXT,
    total_kopecks INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    next_check_at INTEGER,
    attempts INTEGER NOT NULL,
    source TEXT NOT NULL,
    captured_at INTEGER NOT NULL,
    registered_at INTEGER NOT NULL,
    decided_at INTEGER,
    shop TEXT,
    category TEXT,
    returned_kopecks INTEGER NOT NULL,
    "of" TEXT REFERENCES receipt (receipt_id),
    rules_version INTEGER,
    UNIQUE (drive_number, document_number, fiscal_sign)
) STRICT;
CREATE INDEX IF NOT EXISTS receipt_feed ON receipt (member_id, seq);
CREATE INDEX IF NOT EXISTS receipt_due ON receipt (next_check_at, number) WHERE next_check_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS ledger (
    entry_id TEXT PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES member (member_id),
    seq INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    amount INTEGER,
    category TEXT,
    "of" TEXT,
    state TEXT,
    tier TEXT,
    until TEXT,
    points INTEGER,
    expires TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ledger_feed ON ledger (member_id, seq);
CREATE INDEX IF NOT EXISTS ledger_time ON ledger (member_id, kind, at);
CREATE INDEX IF NOT EXISTS ledger_of ON ledger ("of") WHERE "of" IS NOT NULL;

-- What a key was used for, and the id of what it did: a receipt's or an event's.
CREATE TABLE IF NOT EXISTS intent (
    member_id TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (member_id, key)
) STRICT, WITHOUT ROWID;

-- What the tax service knows where it is not simply what the member sent. NULL: as sent, or by seed.
CREATE TABLE IF NOT EXISTS ticket (
    drive_number TEXT NOT NULL,
    document_number INTEGER NOT NULL,
    fiscal_sign INTEGER NOT NULL,
    known INTEGER NOT NULL,
    in_gallery INTEGER NOT NULL,
    shop TEXT,
    category TEXT,
    total_kopecks INTEGER,
    issued_at INTEGER,
    operation TEXT,
    known_from INTEGER,
    PRIMARY KEY (drive_number, document_number, fiscal_sign)
) STRICT, WITHOUT ROWID;

-- The look-ups already spent in the minute that is being worked off.
CREATE TABLE IF NOT EXISTS quota (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    minute INTEGER NOT NULL,
    used INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS rules (
    position INTEGER PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;

-- The documents are what the API serves; the columns are what is asked for.
CREATE TABLE IF NOT EXISTS feed_item (
    number INTEGER PRIMARY KEY,
    item_id TEXT NOT NULL UNIQUE,
    audience TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    until INTEGER,
    document TEXT NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS feed_item_time ON feed_item (published_at, number);

-- Under the fingerprint of its bytes, so a picture never changes and may be kept by whoever has it.
CREATE TABLE IF NOT EXISTS media (
    media_id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS event (
    event_id TEXT PRIMARY KEY,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One for each member and event; `round` counts how often it was confirmed.
CREATE TABLE IF NOT EXISTS registration (
    event_id TEXT NOT NULL REFERENCES event (event_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    state TEXT NOT NULL,
    ticket_code TEXT,
    changed_at INTEGER NOT NULL,
    requested_at INTEGER NOT NULL,
    round INTEGER NOT NULL,
    PRIMARY KEY (event_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS card (
    member_id TEXT PRIMARY KEY REFERENCES member (member_id),
    card_id TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    pass_serial TEXT NOT NULL,
    code TEXT NOT NULL
) STRICT, WITHOUT ROWID;
