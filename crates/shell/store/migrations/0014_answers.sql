-- Answers to requests with an Idempotency-Key: the same request is not carried out twice. No status: it was begun, and what
-- became of it was not written.
CREATE TABLE IF NOT EXISTS answer (
    tenant  INTEGER NOT NULL,
    person  BIGINT  NOT NULL,
    name    TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    request TEXT    NOT NULL,
    status  BIGINT,
    kind    TEXT,
    body    TEXT,
    PRIMARY KEY (tenant, person, name)
);
CREATE INDEX IF NOT EXISTS answer_at ON answer (tenant, at);
