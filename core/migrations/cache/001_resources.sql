-- The last answer of each resource that has an ETag, so that "not modified" can be answered from here.
CREATE TABLE resources (
    resource TEXT NOT NULL PRIMARY KEY,
    etag     TEXT NOT NULL,
    body     BLOB NOT NULL
) STRICT, WITHOUT ROWID;
