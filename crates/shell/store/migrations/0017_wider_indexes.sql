-- A search among millions of calls walks them in the order of time, all of them or those of a queue. How long was talked is
-- asked for with both, and what it leaves nothing of is walked to its end: in the index alone, for a row is long.
CREATE INDEX IF NOT EXISTS call_record_by_time_talk  ON call_record (tenant, started_at, call, talk_ms);
CREATE INDEX IF NOT EXISTS call_record_by_queue_talk ON call_record (tenant, queue, started_at, call, talk_ms);
DROP INDEX IF EXISTS call_record_by_time;
DROP INDEX IF EXISTS call_record_by_queue;
