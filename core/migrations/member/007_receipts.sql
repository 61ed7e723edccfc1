-- What of a receipt counts, in kopecks; the month on Moscow's calendar, as 202603 (tills that report to the tax service
-- are younger than the last change of Moscow's clocks); what a search looks through, in lower case and ё as е.
ALTER TABLE receipts ADD COLUMN counted_kopecks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN month INTEGER GENERATED ALWAYS AS
    (coalesce(CAST(strftime('%Y%m', issued_at / 1000 + 10800, 'unixepoch') AS INTEGER), 0)) VIRTUAL;
ALTER TABLE receipts ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE receipts SET counted_kopecks = max(0, total_kopecks - returned_kopecks)
    WHERE state = 'credited' AND coalesce(operation, 'sale') = 'sale'
    AND total_kopecks BETWEEN 0 AND 10000000000000 AND returned_kopecks BETWEEN 0 AND 10000000000000;

-- What a filter asks about stands beside the order, so that what does not fit is passed over without its row.
DROP INDEX receipts_recent;
CREATE INDEX receipts_history ON receipts (member_id, issued_at DESC, local_id DESC, state, source, shop);
CREATE INDEX receipts_returns ON receipts (member_id, return_of) WHERE return_of IS NOT NULL;

-- How many receipts of a month are alike, and what they count: a month's sum costs the same however many there are.
CREATE TABLE receipt_months (
    member_id       TEXT    NOT NULL,
    month           INTEGER NOT NULL,
    state           TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    shop            TEXT    NOT NULL,
    receipt_count   INTEGER NOT NULL,
    counted_kopecks INTEGER NOT NULL,
    PRIMARY KEY (member_id, month, state, source, shop)
) STRICT, WITHOUT ROWID;
INSERT INTO receipt_months
    SELECT member_id, month, state, source, coalesce(shop, ''), count(*), sum(counted_kopecks) FROM receipts
    GROUP BY member_id, month, state, source, coalesce(shop, '');

CREATE TRIGGER receipts_added AFTER INSERT ON receipts BEGIN
    INSERT INTO receipt_months
        VALUES (new.member_id, new.month, new.state, new.source, coalesce(new.shop, ''), 1, new.counted_kopecks)
        ON CONFLICT DO UPDATE SET receipt_count = receipt_count + 1,
            counted_kopecks = counted_kopecks + excluded.counted_kopecks;
END;
CREATE TRIGGER receipts_removed AFTER DELETE ON receipts BEGIN
    UPDATE receipt_months
        SET receipt_count = receipt_count - 1, counted_kopecks = counted_kopecks - old.counted_kopecks
        WHERE member_id = old.member_id AND month = old.month AND state = old.state AND source = old.source
        AND shop = coalesce(old.shop, '');
    DELETE FROM receipt_months
        WHERE member_id = old.member_id AND month = old.month AND state = old.state AND source = old.source
        AND shop = coalesce(old.shop, '') AND receipt_count = 0;
END;
CREATE TRIGGER receipts_changed AFTER UPDATE OF issued_at, state, source, shop, counted_kopecks ON receipts BEGIN
    UPDATE receipt_months
        SET receipt_count = receipt_count - 1, counted_kopecks = counted_kopecks - old.counted_kopecks
        WHERE member_id = old.member_id AND month = old.month AND state = old.state AND source = old.source
        AND shop = coalesce(old.shop, '');
    DELETE FROM receipt_months
        WHERE member_id = old.member_id AND month = old.month AND state = old.state AND source = old.source
        AND shop = coalesce(old.shop, '') AND receipt_count = 0;
    INSERT INTO receipt_months
        VALUES (new.member_id, new.month, new.state, new.source, coalesce(new.shop, ''), 1, new.counted_kopecks)
        ON CONFLICT DO UPDATE SET receipt_count = receipt_count + 1,
            counted_kopecks = counted_kopecks + excluded.counted_kopecks;
END;

-- What was bought, as the tax service says.
CREATE TABLE receipt_positions (
    local_id             INTEGER NOT NULL REFERENCES receipts (local_id) ON DELETE CASCADE,
    place                INTEGER NOT NULL,
    name                 TEXT    NOT NULL,
    quantity_thousandths INTEGER NOT NULL,
    price_kopecks        INTEGER NOT NULL,
    sum_kopecks          INTEGER NOT NULL,
    PRIMARY KEY (local_id, place)
) STRICT, WITHOUT ROWID;

-- Each change of a receipt. `is_told`: by the gallery, which tells all of its own each time. What was told by a gallery
-- that has forgotten it since stays, and is told no more.
CREATE TABLE receipt_changes (
    local_id      INTEGER NOT NULL REFERENCES receipts (local_id) ON DELETE CASCADE,
    place         INTEGER NOT NULL,
    step          TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    reason        TEXT,
    rules_version INTEGER,
    trace_id      TEXT,
    is_told       INTEGER NOT NULL CHECK (is_told IN (0, 1)),
    PRIMARY KEY (local_id, place)
) STRICT, WITHOUT ROWID;
INSERT INTO receipt_changes
    SELECT local_id, 1, 'captured', captured_at, NULL, NULL, NULL, 0 FROM receipts WHERE source <> 'reception';
INSERT INTO receipt_changes
    SELECT local_id, 2, state, decided_at, reason, rules_version, NULL, 1 FROM receipts WHERE decided_at IS NOT NULL;

-- The gallery tells of all receipts once more, now with what they consist of.
UPDATE cursors SET cursor = '', generation = generation + 1, is_whole = 0 WHERE resource = 'receipts';
