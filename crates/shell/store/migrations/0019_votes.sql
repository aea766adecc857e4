-- What callers were asked about an agent and what they said, in the order of the call (RPT-02). Without a score: nothing.
CREATE TABLE IF NOT EXISTS call_vote (
    tenant   INTEGER NOT NULL,
    call     TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    agent    TEXT    NOT NULL,
    question TEXT    NOT NULL,
    score    INTEGER,
    best     INTEGER,
    PRIMARY KEY (tenant, call, number)
);
