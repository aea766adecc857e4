-- Reports of the check of an agent's devices (AGT-10). Their numbers grow with time: a report is as old as its number says,
-- in microseconds.
CREATE TABLE IF NOT EXISTS device_report (
    tenant  INTEGER NOT NULL,
    report  BIGINT  NOT NULL,
    agent   TEXT    NOT NULL,
    passed  INTEGER NOT NULL,
    browser TEXT    NOT NULL,
    took_ms BIGINT  NOT NULL,
    results TEXT    NOT NULL,
    PRIMARY KEY (tenant, report)
);
CREATE INDEX IF NOT EXISTS device_report_of_agent ON device_report (tenant, agent, report);
