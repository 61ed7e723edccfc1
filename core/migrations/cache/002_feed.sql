-- The feed as it was last pulled, the newest first. Whether an item may be shown is decided when it is handed out.
CREATE TABLE feed_items (
    member_id TEXT    NOT NULL,
    item_id   TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    PRIMARY KEY (member_id, item_id)
) STRICT, WITHOUT ROWID;

-- Pictures that were checked and shown.
CREATE TABLE media (
    path    TEXT    NOT NULL PRIMARY KEY,
    bytes   BLOB    NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;
