-- The last decision of each purpose: a member's, or, with an empty member_id, that of whoever is about to sign in.
CREATE TABLE consents (
    member_id  TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    granted    INTEGER NOT NULL CHECK (granted IN (0, 1)),
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (member_id, purpose)
) STRICT, WITHOUT ROWID;

-- What the member has read of the feed and the gallery may not know of yet.
CREATE TABLE feed_reads (
    member_id TEXT NOT NULL,
    item_id   TEXT NOT NULL,
    PRIMARY KEY (member_id, item_id)
) STRICT, WITHOUT ROWID;

-- Whether the gallery has deleted the member: what is left on this phone goes too, also after a crash in between.
ALTER TABLE account ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1));
