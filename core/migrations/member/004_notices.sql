-- What the member must be told about their own phone. It stays until they have put it away.
CREATE TABLE notices (
    notice_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
