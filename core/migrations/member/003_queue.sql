-- When it was last sent.
ALTER TABLE outbox ADD COLUMN tried_at INTEGER;
-- Whether the gallery named `not_before`: nothing brings that forward.
ALTER TABLE outbox ADD COLUMN asked INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1));
-- CRC-32 of what the entry says, so that a row damaged on the disk is never sent. NULL: written before there was one.
ALTER TABLE outbox ADD COLUMN checksum INTEGER;
-- The pages that a member looks at.
CREATE INDEX outbox_member ON outbox (member_id, entry_id);

-- What whoever sends must know of the others who have this file open. A lease that is not renewed ends by itself.
CREATE TABLE outbox_worker (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    holder       TEXT,
    leased_until INTEGER,
    -- Until when the gallery is left alone, whether it named that instant, and how often in a row it asked.
    held_until   INTEGER,
    held_asked   INTEGER NOT NULL DEFAULT 0 CHECK (held_asked IN (0, 1)),
    busy         INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO outbox_worker (id) VALUES (1);
