PRAGMA temp_store = memory;

-- One member's entries that exist at one instant asked about, with what each is worth.
CREATE TEMP TABLE IF NOT EXISTS existing (
    -- The order: `at`, then `id`.
    position INTEGER PRIMARY KEY,
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- What came back is taken off here only under `original_date`.
    amount INTEGER NOT NULL,
    "of" TEXT,
    -- A return has its purchase's.
    category TEXT,
    percent INTEGER NOT NULL DEFAULT 100,
    counts INTEGER NOT NULL DEFAULT FALSE,
    value INTEGER NOT NULL DEFAULT 0
) STRICT;
