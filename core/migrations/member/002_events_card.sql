-- Events as the gallery lists them for the member, whole as they came: a ticket must be there offline.
CREATE TABLE events (
    member_id TEXT NOT NULL,
    event_id  TEXT NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (member_id, event_id)
) STRICT, WITHOUT ROWID;

-- The member's registrations, with the wishes that still wait in the outbox.
CREATE TABLE registrations (
    member_id   TEXT    NOT NULL,
    event_id    TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    ticket_code TEXT,
    reason      TEXT,
    changed_at  INTEGER NOT NULL,
    -- When the gallery's own last word on it was spoken, by the gallery's clock: an older word changes nothing.
    told_at     INTEGER,
    PRIMARY KEY (member_id, event_id)
) STRICT, WITHOUT ROWID;

-- The member's card, as the gallery describes it.
CREATE TABLE cards (
    member_id TEXT NOT NULL PRIMARY KEY,
    body      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
