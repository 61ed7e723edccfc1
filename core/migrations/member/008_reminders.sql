-- The reminders that a shell was given: what has fired since, and what is to. By the gallery's clock.
CREATE TABLE reminders (
    member_id TEXT    NOT NULL,
    occasion  TEXT    NOT NULL,
    fire_at   INTEGER NOT NULL,
    has_fired INTEGER NOT NULL DEFAULT 0 CHECK (has_fired IN (0, 1)),
    PRIMARY KEY (member_id, occasion)
) STRICT, WITHOUT ROWID;

-- When what a member's progress goes by was last pulled, by topic. By the gallery's clock.
CREATE TABLE pulls (
    member_id TEXT    NOT NULL,
    topic     TEXT    NOT NULL,
    pulled_at INTEGER NOT NULL,
    PRIMARY KEY (member_id, topic)
) STRICT, WITHOUT ROWID;
