-- Who uses this phone. One member is active at a time; the others' entries wait for their return.
CREATE TABLE account (
    member_id  TEXT    NOT NULL PRIMARY KEY,
    joined     TEXT    NOT NULL,
    tier       TEXT    NOT NULL,
    tier_since INTEGER,
    active     INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX account_active ON account (active) WHERE active = 1;

-- Every intent that the server has not answered for good. An entry leaves only with its stored result.
CREATE TABLE outbox (
    entry_id        INTEGER PRIMARY KEY AUTOINCREMENT,
    idempotency_key TEXT    NOT NULL UNIQUE,
    member_id       TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    payload_version INTEGER NOT NULL,
    payload         TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('waiting', 'wedged')),
    wedged_reason   TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    not_before      INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_waiting ON outbox (member_id, state, not_before);
CREATE INDEX outbox_subject ON outbox (member_id, subject, entry_id);

-- Receipts as the member knows them. A row without receipt_id has not reached the server yet;
-- one without a fiscal identity was registered at reception without it.
CREATE TABLE receipts (
    local_id         INTEGER PRIMARY KEY AUTOINCREMENT,
    member_id        TEXT    NOT NULL,
    receipt_id       TEXT,
    drive_number     TEXT,
    document_number  INTEGER,
    fiscal_sign      INTEGER,
    operation        TEXT,
    total_kopecks    INTEGER NOT NULL,
    issued_at        INTEGER NOT NULL,
    source           TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    reason           TEXT,
    next_check_at    INTEGER,
    captured_at      INTEGER NOT NULL,
    decided_at       INTEGER,
    shop             TEXT,
    category         TEXT,
    returned_kopecks INTEGER NOT NULL DEFAULT 0,
    return_of        TEXT,
    rules_version    INTEGER,
    UNIQUE (member_id, receipt_id),
    UNIQUE (member_id, drive_number, document_number, fiscal_sign)
) STRICT;
CREATE INDEX receipts_recent ON receipts (member_id, issued_at DESC, local_id DESC);
CREATE INDEX receipts_pending ON receipts (member_id) WHERE state = 'pending';

-- The programme's ledger, entries in the format of the programme's rules.
CREATE TABLE ledger (
    member_id TEXT NOT NULL,
    entry_id  TEXT NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (member_id, entry_id)
) STRICT, WITHOUT ROWID;

-- How far each feed of changes has been read. Written in the transaction that stores the page.
CREATE TABLE cursors (
    member_id TEXT NOT NULL,
    resource  TEXT NOT NULL,
    cursor    TEXT NOT NULL,
    PRIMARY KEY (member_id, resource)
) STRICT, WITHOUT ROWID;

-- Programme rules, by version: verdicts refer to older ones.
CREATE TABLE rules (
    version        INTEGER NOT NULL PRIMARY KEY,
    effective_from TEXT    NOT NULL,
    body           TEXT    NOT NULL
) STRICT;
