-- How often a feed of changes was begun anew, and whether it has since been read to its end: what the gallery did not
-- tell again by then it no longer has.
ALTER TABLE cursors ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cursors ADD COLUMN is_whole INTEGER NOT NULL DEFAULT 1 CHECK (is_whole IN (0, 1));
ALTER TABLE receipts ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

-- By how many milliseconds the gallery's clock is ahead of the phone's.
CREATE TABLE server_time (
    id            INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    offset_millis INTEGER NOT NULL
) STRICT;
