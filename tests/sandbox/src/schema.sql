-- Instants are seconds of Unix time, money is kopecks. `seq` is the place of a row's last change in
-- the feeds: every change takes the next number, so a changed row moves to the end.

CREATE TABLE IF NOT EXISTS counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Without a phone: the holder of a card that the reception gave out and nobody has linked.
CREATE TABLE IF NOT EXISTS member (
    member_id TEXT PRIMARY KEY,
    phone TEXT UNIQUE,
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

-- Fingerprints of the tokens of deleted members, and nothing of the members themselves.
CREATE TABLE IF NOT EXISTS buried_token (
    fingerprint TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Versions are only added.
CREATE TABLE IF NOT EXISTS consent_document (
    purpose TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (purpose, version)
) STRICT, WITHOUT ROWID;

-- Every decision that was made. With a phone: sent with it before a sign-in, and nobody's until then.
CREATE TABLE IF NOT EXISTS consent (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    member_id TEXT REFERENCES member (member_id),
    phone TEXT,
    purpose TEXT NOT NULL,
    version INTEGER NOT NULL,
    granted INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS consent_member ON consent (member_id, purpose, number);
CREATE INDEX IF NOT EXISTS consent_phone ON consent (phone) WHERE phone IS NOT NULL;

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
-- What the tax service says was bought, as JSON.
CREATE TABLE IF NOT EXISTS receipt_positions (
    receipt_id TEXT PRIMARY KEY REFERENCES receipt (receipt_id) ON DELETE CASCADE,
    positions TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each change of a receipt's state or reason. Changes are only added.
CREATE TABLE IF NOT EXISTS receipt_change (
    receipt_id TEXT NOT NULL REFERENCES receipt (receipt_id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT,
    rules_version INTEGER,
    trace_id TEXT NOT NULL,
    PRIMARY KEY (receipt_id, number)
) STRICT, WITHOUT ROWID;

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

-- What a key was refused for, and what the problem said beside its kind.
CREATE TABLE IF NOT EXISTS refusal (
    member_id TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    slug TEXT NOT NULL,
    extensions TEXT NOT NULL,
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

-- The positions of a ticket where they are not by seed, as JSON.
CREATE TABLE IF NOT EXISTS ticket_positions (
    drive_number TEXT NOT NULL,
    document_number INTEGER NOT NULL,
    fiscal_sign INTEGER NOT NULL,
    positions TEXT NOT NULL,
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

-- What the reception gave out. `receipts` came with it when it was linked.
CREATE TABLE IF NOT EXISTS desk_card (
    number TEXT PRIMARY KEY,
    card_id TEXT NOT NULL,
    phone TEXT,
    status TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    linked_to TEXT REFERENCES member (member_id),
    linked_at INTEGER,
    receipts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS desk_card_phone ON desk_card (phone) WHERE phone IS NOT NULL;

CREATE TABLE IF NOT EXISTS feed_read (
    member_id TEXT NOT NULL REFERENCES member (member_id),
    item_id TEXT NOT NULL,
    PRIMARY KEY (member_id, item_id)
) STRICT, WITHOUT ROWID;

-- What members have asked to be looked at again.
CREATE TABLE IF NOT EXISTS appeal (
    appeal_id TEXT PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES member (member_id),
    receipt_id TEXT,
    drive_number TEXT,
    document_number INTEGER,
    fiscal_sign INTEGER,
    total_kopecks INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    trace_id TEXT,
    comment TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    answer TEXT,
    answered_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS appeal_member ON appeal (member_id);

CREATE TABLE IF NOT EXISTS appeal_photograph (
    appeal_id TEXT NOT NULL,
    member_id TEXT NOT NULL REFERENCES member (member_id),
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    parts INTEGER NOT NULL,
    PRIMARY KEY (appeal_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS appeal_part (
    appeal_id TEXT NOT NULL,
    photograph INTEGER NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (appeal_id, photograph, part)
) STRICT;
