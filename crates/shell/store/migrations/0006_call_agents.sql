-- Every agent who had a call: a call that two of them had belongs to both.
CREATE TABLE IF NOT EXISTS call_agent (
    tenant     INTEGER NOT NULL,
    agent      TEXT    NOT NULL,
    started_at BIGINT  NOT NULL,
    call       TEXT    NOT NULL,
    PRIMARY KEY (tenant, agent, started_at, call)
);
CREATE INDEX IF NOT EXISTS call_agent_of_call ON call_agent (tenant, call);

-- Of calls that were written before, only the last agent is known.
INSERT INTO call_agent (tenant, agent, started_at, call)
SELECT tenant, agent, started_at, call FROM call_record WHERE agent IS NOT NULL
ON CONFLICT DO NOTHING;
