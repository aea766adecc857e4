-- Programs of others that are told events, what is to be told, and how telling it went. The outbox is filled in the
-- transaction that writes what an event is about; its numbers are given under the lock of outbox_end, so that a reader that
-- knows one number never misses a smaller one that was committed later.

CREATE TABLE IF NOT EXISTS webhook (
    tenant        INTEGER NOT NULL,
    webhook       BIGINT  NOT NULL,
    name          TEXT    NOT NULL,
    url           TEXT    NOT NULL,
    secret        TEXT    NOT NULL,
    kinds         TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    person        BIGINT  NOT NULL,
    made          BIGINT  NOT NULL,
    taken         BIGINT  NOT NULL,
    tries         BIGINT  NOT NULL,
    failing_since BIGINT,
    next_try      BIGINT,
    PRIMARY KEY (tenant, webhook)
);

CREATE TABLE IF NOT EXISTS outbox_end (
    tenant INTEGER NOT NULL PRIMARY KEY,
    event  BIGINT  NOT NULL
);

CREATE TABLE IF NOT EXISTS outbox (
    tenant INTEGER NOT NULL,
    event  BIGINT  NOT NULL,
    kind   TEXT    NOT NULL,
    at     BIGINT  NOT NULL,
    body   TEXT    NOT NULL,
    PRIMARY KEY (tenant, event)
);
CREATE INDEX IF NOT EXISTS outbox_by_time ON outbox (tenant, at);

CREATE TABLE IF NOT EXISTS webhook_attempt (
    tenant  INTEGER NOT NULL,
    webhook BIGINT  NOT NULL,
    attempt BIGINT  NOT NULL,
    event   BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    took_us BIGINT  NOT NULL,
    status  BIGINT,
    error   TEXT,
    PRIMARY KEY (tenant, webhook, attempt)
);
