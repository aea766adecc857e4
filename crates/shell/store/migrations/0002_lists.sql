-- Entries of callers' lists. They stay when they have ended: who was on which list when, and why, is evidence.
CREATE TABLE IF NOT EXISTS list_entry (
    tenant      INTEGER NOT NULL,
    entry       BIGINT  NOT NULL,
    list        TEXT    NOT NULL,
    pattern     TEXT    NOT NULL,
    owner       TEXT    NOT NULL,
    added_by    TEXT,
    reason      TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    service     TEXT    NOT NULL,
    added_at    BIGINT  NOT NULL,
    ends_at     BIGINT,
    state       TEXT    NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    ended_by    TEXT,
    ended_at    BIGINT,
    PRIMARY KEY (tenant, entry)
);
CREATE INDEX IF NOT EXISTS list_entry_by_list    ON list_entry (tenant, list, entry);
CREATE INDEX IF NOT EXISTS list_entry_by_pattern ON list_entry (tenant, pattern);
