-- What agents wrote about calls, one row per agent and call; made when it is asked for, or when it is begun before that.
-- Times are microseconds since 1970-01-01T00:00:00Z.
CREATE TABLE IF NOT EXISTS call_summary (
    tenant      INTEGER NOT NULL,
    call        TEXT    NOT NULL,
    agent       TEXT    NOT NULL,
    -- The tree of results it was asked by; NULL: none.
    sheet       TEXT,
    -- When it counts as not filled; NULL: it need not be written, or not yet.
    due         BIGINT,
    -- When it was written first and last; NULL: never.
    first_at    BIGINT,
    written_at  BIGINT,
    written_by  TEXT,
    -- The codes from the root to the result, a slash around each: /ask/price/.
    disposition TEXT    NOT NULL,
    -- What these were called when it was written.
    said_zh     TEXT    NOT NULL,
    said_en     TEXT    NOT NULL,
    effect      TEXT,
    resolved    INTEGER,
    note        TEXT    NOT NULL,
    -- JSON.
    fields      TEXT    NOT NULL,
    owner       TEXT,
    PRIMARY KEY (tenant, call, agent)
);
