-- Times are microseconds since 1970-01-01T00:00:00Z, durations milliseconds.

-- How far the facts of a journal have been applied. Written in the transaction that applies them.
CREATE TABLE IF NOT EXISTS applied (
    tenant INTEGER NOT NULL,
    node   INTEGER NOT NULL,
    epoch  BIGINT  NOT NULL,
    seq    BIGINT  NOT NULL,
    PRIMARY KEY (tenant, node, epoch)
);

CREATE TABLE IF NOT EXISTS fact (
    tenant INTEGER NOT NULL,
    node   INTEGER NOT NULL,
    epoch  BIGINT  NOT NULL,
    seq    BIGINT  NOT NULL,
    at     BIGINT  NOT NULL,
    call   TEXT,
    kind   TEXT    NOT NULL,
    json   TEXT    NOT NULL,
    PRIMARY KEY (tenant, node, epoch, seq)
);
CREATE INDEX IF NOT EXISTS fact_of_call ON fact (tenant, call) WHERE call IS NOT NULL;

CREATE TABLE IF NOT EXISTS call_record (
    tenant               INTEGER NOT NULL,
    call                 TEXT    NOT NULL,
    started_at           BIGINT  NOT NULL,
    ended_at             BIGINT  NOT NULL,
    caller               TEXT,
    called               TEXT    NOT NULL,
    trunk                TEXT,
    flow                 TEXT    NOT NULL,
    flow_version         BIGINT  NOT NULL,
    queue                TEXT,
    agent                TEXT,
    ring_ms              BIGINT  NOT NULL,
    ivr_ms               BIGINT  NOT NULL,
    queue_ms             BIGINT  NOT NULL,
    talk_ms              BIGINT  NOT NULL,
    hold_ms              BIGINT  NOT NULL,
    cause                TEXT    NOT NULL,
    ended_by             TEXT    NOT NULL,
    recording            TEXT,
    recording_missing_ms BIGINT  NOT NULL,
    recording_reason     TEXT,
    recording_sha256     TEXT,
    recording_ms         BIGINT  NOT NULL,
    record               TEXT    NOT NULL,
    PRIMARY KEY (tenant, call)
);
CREATE INDEX IF NOT EXISTS call_record_by_time   ON call_record (tenant, started_at, call);
CREATE INDEX IF NOT EXISTS call_record_by_caller ON call_record (tenant, caller, started_at);
CREATE INDEX IF NOT EXISTS call_record_by_called ON call_record (tenant, called, started_at);
CREATE INDEX IF NOT EXISTS call_record_by_queue  ON call_record (tenant, queue, started_at);
CREATE INDEX IF NOT EXISTS call_record_by_agent  ON call_record (tenant, agent, started_at);

CREATE TABLE IF NOT EXISTS config_version (
    tenant     INTEGER NOT NULL,
    version    BIGINT  NOT NULL,
    applied_at BIGINT  NOT NULL,
    hash       TEXT    NOT NULL,
    applied_by TEXT    NOT NULL,
    toml       TEXT    NOT NULL,
    PRIMARY KEY (tenant, version)
);
