-- What a search among millions of calls begins with: the last four digits of a number, how long was talked, a result.
CREATE INDEX IF NOT EXISTS call_record_by_caller_end ON call_record (tenant, substr(caller, -4));
CREATE INDEX IF NOT EXISTS call_record_by_called_end ON call_record (tenant, substr(called, -4));
CREATE INDEX IF NOT EXISTS call_record_by_talk       ON call_record (tenant, talk_ms);
CREATE INDEX IF NOT EXISTS call_summary_by_result    ON call_summary (tenant, disposition, call);
