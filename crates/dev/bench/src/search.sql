-- Two years of a large centre: five million calls of a million callers, 200 agents and 20 queues, 10,000 a day up to now.
-- Two thirds are answered, recorded and summed up; `rare` is the result of one in 100,000.
-- $CALLS: how many. $NOW: microseconds since 1970-01-01T00:00:00Z.
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -400000;

CREATE TEMP TABLE model AS SELECT record FROM call_record WHERE agent IS NOT NULL LIMIT 1;

INSERT INTO call_record
WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < $CALLS),
drawn AS (
    SELECT
        i,
        $NOW - ($CALLS - i) * 8640000 AS at,
        -- Steps of primes: what a call has of one kind says nothing of another.
        (i * 7919) % 1000000 AS caller,
        (i * 104729) % 200 AS agent,
        (i * 1299709) % 20 AS queue,
        (i * 15485863) % 3 AS lot,
        (i * 32452843) % 600 AS seconds
    FROM number
)
SELECT
    1, printf('1%012d', i), at, at + (seconds + 20) * 1000000, printf('+86138%08d', caller), '4001234567', 'carrier',
    'flow-0', 1, 'queue-' || queue, CASE WHEN lot > 0 THEN 'agent-' || agent END,
    3000, 5000, 12000, CASE WHEN lot > 0 THEN seconds * 1000 ELSE 0 END, 0,
    'hung_up', 'caller', CASE WHEN lot > 0 THEN 'recorded' END, 0, NULL,
    CASE WHEN lot > 0 THEN '' END, CASE WHEN lot > 0 THEN seconds * 1000 ELSE 0 END,
    json_set(record, '$.call', printf('1%012d', i))
FROM drawn, model;

-- The model has its own rows.
INSERT OR IGNORE INTO call_agent SELECT tenant, agent, started_at, call FROM call_record WHERE agent IS NOT NULL;

INSERT OR IGNORE INTO call_summary (
    tenant, call, agent, sheet, due, first_at, written_at, written_by, disposition, said_zh, said_en, note, fields
)
SELECT
    tenant, call, agent, 'default', ended_at, ended_at, ended_at, agent,
    CASE WHEN rowid % 100000 = 7 THEN '/ask/rare/' WHEN rowid % 5 = 0 THEN '/complain/late/' ELSE '/ask/price/' END,
    '', '', '', '{}'
FROM call_record WHERE agent IS NOT NULL;
