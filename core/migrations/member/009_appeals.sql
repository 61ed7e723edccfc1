-- What a member has asked the gallery to look at again, by the receipt's requisites: its row may come and go.
CREATE TABLE appeals (
    member_id       TEXT    NOT NULL,
    appeal_id       TEXT    NOT NULL,
    receipt_id      TEXT,
    drive_number    TEXT,
    document_number INTEGER,
    fiscal_sign     INTEGER,
    total_kopecks   INTEGER NOT NULL,
    issued_at       INTEGER NOT NULL,
    trace_id        TEXT,
    comment         TEXT    NOT NULL,
    requested_at    INTEGER NOT NULL,
    state           TEXT    NOT NULL,
    reason          TEXT,
    answer          TEXT,
    answered_at     INTEGER,
    -- Whether the gallery's last list did not have it, though it had been opened.
    is_unlisted     INTEGER NOT NULL DEFAULT 0 CHECK (is_unlisted IN (0, 1)),
    PRIMARY KEY (member_id, appeal_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX appeals_recent ON appeals (member_id, requested_at);

-- The photographs that the gallery does not have yet, as JPEG; and how many parts of each it has.
CREATE TABLE appeal_photographs (
    photograph_id INTEGER NOT NULL PRIMARY KEY,
    member_id     TEXT    NOT NULL,
    appeal_id     TEXT    NOT NULL,
    number        INTEGER NOT NULL,
    parts_sent    INTEGER NOT NULL DEFAULT 0,
    jpeg          BLOB    NOT NULL,
    UNIQUE (member_id, appeal_id, number)
) STRICT;

-- The picture that a receipt was captured from, for an appeal: grey and small. Nobody needs it of what counts.
CREATE TABLE receipt_pictures (
    local_id INTEGER NOT NULL PRIMARY KEY REFERENCES receipts (local_id) ON DELETE CASCADE,
    jpeg     BLOB    NOT NULL
) STRICT;
CREATE TRIGGER receipts_credited AFTER UPDATE OF state ON receipts WHEN new.state = 'credited' BEGIN
    DELETE FROM receipt_pictures WHERE local_id = new.local_id;
END;
