-- Up to which stage of its promise somebody was told of a ticket. It is about the promise that was made and named then: once
-- another time is promised, nothing was told of that one yet.
CREATE TABLE IF NOT EXISTS promise_told (
    tenant      INTEGER NOT NULL,
    ticket      BIGINT  NOT NULL,
    made_at     BIGINT  NOT NULL,
    promised_at BIGINT  NOT NULL,
    stage       TEXT    NOT NULL,
    PRIMARY KEY (tenant, ticket)
);
