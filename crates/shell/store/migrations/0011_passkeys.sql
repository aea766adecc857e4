-- The public keys of passkeys. What they are called and how often they were used stands with their owners.

CREATE TABLE IF NOT EXISTS passkey (
    tenant  INTEGER NOT NULL,
    id      TEXT    NOT NULL,
    person  BIGINT  NOT NULL,
    site    TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    made    BIGINT  NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX IF NOT EXISTS passkey_by_person ON passkey (tenant, person);
