-- By which mode a call was placed (TEL-13): those of a mode that is retired are found by it.
CREATE TABLE IF NOT EXISTS call_mode (
    tenant     INTEGER NOT NULL,
    mode       TEXT    NOT NULL,
    started_at BIGINT  NOT NULL,
    call       TEXT    NOT NULL,
    PRIMARY KEY (tenant, mode, started_at, call)
);
