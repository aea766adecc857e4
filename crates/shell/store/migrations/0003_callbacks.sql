-- Who asked to be called back is found at every start, however many facts there are.
CREATE INDEX IF NOT EXISTS fact_callback_asked ON fact (tenant, call) WHERE kind = 'callback_asked';
